import { afterAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/events/progress.ts';
import { createImageLab, value } from '../support/images.ts';

const lab = createImageLab();
const BASE = `${lab.name}-base`;
const CHILD = `${lab.name}-child`;
const OTHER = `${lab.name}-other`;

afterAll(() => lab.remove());

function dockerfile(image: string, ...lines: readonly string[]): void {
  lab.write(`base-images/${image}/Dockerfile`, `${lines.join('\n')}\n`);
}

dockerfile(BASE, 'FROM debian:trixie-slim', 'RUN echo one >/from-base');
dockerfile(CHILD, `FROM onestack/${BASE}`, 'COPY note /note', 'RUN cat /from-base /note >/both');
lab.write(`base-images/${CHILD}/note`, 'two\n');
lab.write(`base-images/${CHILD}/.dockerignore`, 'scratch\n');
dockerfile(OTHER, `FROM onestack/${BASE}`, `COPY --from=onestack/${CHILD} /both /copied`);

describe('images on a real engine', () => {
  it('are built in order, each on the exact version of its base', async () => {
    expect(await lab.plan(OTHER)).toEqual([
      `${BASE}: not built yet`,
      `${CHILD}: not built yet`,
      `${OTHER}: not built yet`,
    ]);
    const events: ProgressEvent[] = [];
    value(await lab.build([OTHER], { report: (event) => events.push(event) }));
    expect(await lab.run(OTHER, 'cat', '/copied')).toBe('one\ntwo\n');
    expect(await lab.plan(OTHER)).toEqual([]);
    const details = events.flatMap((event) =>
      event.kind === 'step-progress' ? [`${event.id} ${event.detail}`] : [],
    );
    expect(details).toContainEqual(`image:${CHILD} 3/3 RUN cat /from-base /note >/both`);
  });

  it('carry their name and fingerprint as labels, and the fingerprint as tag', async () => {
    const image = lab.hierarchy().get(CHILD);
    const found = (await lab.present()).find(
      ({ labels }) => labels['dev.onestack.image'] === CHILD,
    );
    expect(found?.tags).toEqual([image?.reference]);
    expect(found?.labels).toMatchObject({
      'dev.onestack.kind': 'base-image',
      'dev.onestack.fingerprint': image?.fingerprint.value,
    });
  });

  it('are stale for a reason, and not for files that the build never sees', async () => {
    lab.write(`base-images/${CHILD}/scratch/notes`, 'anything');
    expect(await lab.plan(OTHER)).toEqual([]);
    lab.write(`base-images/${CHILD}/note`, 'three\n');
    expect(await lab.plan(OTHER)).toEqual([
      `${CHILD}: context changed`,
      `${OTHER}: ${CHILD} changed`,
    ]);
    value(await lab.build([OTHER]));
    expect(await lab.run(OTHER, 'cat', '/copied')).toBe('one\nthree\n');
  });

  it('of an older definition are still there: going back builds nothing', async () => {
    lab.write(`base-images/${CHILD}/note`, 'two\n');
    expect(await lab.plan(OTHER)).toEqual([]);
  });

  it('tell the step that failed, its last lines and its place', async () => {
    const image = `${lab.name}-broken`;
    dockerfile(image, 'FROM debian:trixie-slim', 'RUN echo said && \\', '  exit 7');
    const built = await lab.build([image]);
    expect(built.ok ? [] : built.failure).toMatchObject([
      {
        reason: 'image',
        what: `Base image ${image} could not be built`,
        why: 'Step 2/2 RUN echo said && exit 7 failed: exit code: 7',
        detail: ['said'],
        at: { file: `${lab.root}/base-images/${image}/Dockerfile`, line: 2 },
      },
    ]);
  });

  it('tell where a Dockerfile is wrong', async () => {
    const image = `${lab.name}-wrong`;
    dockerfile(image, 'FROM debian:trixie-slim', 'RUNN x');
    const built = await lab.build([image]);
    expect(built.ok ? [] : built.failure).toMatchObject([
      { reason: 'image', why: expect.stringContaining('RUNN') as unknown, at: { line: 2 } },
    ]);
  });

  it('are safe to interrupt: nothing half-built appears', async () => {
    const image = `${lab.name}-slow`;
    dockerfile(image, 'FROM debian:trixie-slim', 'RUN echo begun && sleep 3600');
    const controller = new AbortController();
    const built = await lab.build([image], {
      signal: controller.signal,
      report: (event) => {
        if (event.kind === 'step-progress' && event.detail.endsWith(': begun')) controller.abort();
      },
    });
    expect(built.ok ? [] : built.failure.map(({ reason }) => reason)).toEqual(['interrupted']);
    expect(await lab.plan(image)).toEqual([`${image}: not built yet`]);
  });

  it('can be built by two at once', async () => {
    const image = `${lab.name}-twice`;
    // Its name in the step: nothing of an earlier run is taken from the builder's cache.
    dockerfile(image, 'FROM debian:trixie-slim', `RUN echo ${image} && sleep 1`);
    const both = await Promise.all([lab.build([image]), lab.build([image])]);
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    expect(await lab.plan(image)).toEqual([]);
  });

  it('trust the company while they are built, and do not carry its certificates', async () => {
    const image = `${lab.name}-trusting`;
    const seen =
      'RUN cp /etc/onestack/ca-bundle.crt /tmp/seen && test "$SSL_CERT_FILE" -ef /tmp/../etc/onestack/ca-bundle.crt';
    dockerfile(image, 'FROM onestack/os', seen);
    lab.write('company.crt', 'the company\n');
    value(await lab.build([image], { caBundle: `${lab.root}/company.crt` }));
    expect(await lab.run(image, 'cat', '/tmp/seen')).toBe('the company\n');
    expect(await lab.run(image, 'head', '-1', '/etc/onestack/ca-bundle.crt')).toBe(
      '-----BEGIN CERTIFICATE-----\n',
    );
  });
});

describe("the tool's own root image", () => {
  it('is UTF-8, not root, and has what every image needs', async () => {
    value(await lab.build(['os']));
    const script =
      'id -u; echo $LANG; date +%Z; pwd; ls /sbin/tini /usr/bin/tini 2>/dev/null | tail -1';
    expect(await lab.run('os', 'sh', '-c', script)).toBe(
      '10001\nC.UTF-8\nUTC\n/app\n/usr/bin/tini\n',
    );
    expect(await lab.run('os', 'sh', '-c', 'TZ=Europe/Zurich date +%Z -d 2026-07-01')).toBe(
      'CEST\n',
    );
  });
});
