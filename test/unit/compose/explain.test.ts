import { describe, expect, it } from 'vitest';
import { changeText } from '../../../src/compose/write/change-text.ts';
import { compareSnapshots, documentSnapshot } from '../../../src/compose/write/diff.ts';
import { explain, explanationText } from '../../../src/compose/write/explain.ts';
import { applyTool, mergeCompose } from '../../../src/compose/load/merge.ts';
import type { MergedCompose } from '../../../src/compose/load/merge.ts';
import { readSnapshot, writeSnapshot } from '../../../src/compose/write/snapshot.ts';
import { ok } from '../../../src/util/result.ts';

function merge(...texts: readonly string[]): MergedCompose {
  const merged = mergeCompose({
    layers: texts.map((text, index) => {
      const display = `${'abc'.charAt(index)}.yaml`;
      return { kind: 'file', path: `/p/${display}`, display, text };
    }),
    projectDirectory: '/p',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: (path) =>
      ok(
        path === '/p/base.yaml' ? 'services:\n  base:\n    image: base\n    user: me\n' : undefined,
      ),
    display: (path) => path.replace('/p/', ''),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  return merged.value;
}

function explained(merged: MergedCompose, path: string): string {
  const explanation = explain(merged, path);
  return explanation.ok ? explanationText(explanation.value) : explanation.failure.what;
}

const A = `x-env: &env
  SHARED: anchor
services:
  api:
    extends: {file: base.yaml, service: base}
    ports: ["3000:3000"]
    environment:
      <<: *env
      MODE: a
    volumes: ["./src:/src"]
`;
const B = `services:
  api:
    image: b
    ports: !override ["3001:3000", "9229:9229"]
    environment: [MODE=b]
`;
const C = 'services:\n  api:\n    image: c\n    volumes: !reset []\n';

describe('explaining', () => {
  it('tells who set a value and all that it replaced, newest first', () => {
    expect(explained(merge(A, B, C), 'services.api.image')).toBe(
      'services.api.image: "c"  # c.yaml:3:12\n' +
        '  replaced "b"  # b.yaml:3:12\n' +
        '  replaced "base"  # base.yaml:3:12\n',
    );
  });

  it('goes through !override, !reset, extends and anchors', () => {
    const merged = merge(A, B, C);
    expect(explained(merged, 'services.api')).toMatchInlineSnapshot(`
      "services.api:
        image: "c"  # c.yaml:3:12
          replaced "b"  # b.yaml:3:12
          replaced "base"  # base.yaml:3:12
        user: "me"  # base.yaml:4:11
        environment.0: "MODE=b"  # b.yaml:5:19
          replaced "MODE=a"  # a.yaml:9:13
        environment.1: "SHARED=anchor"  # a.yaml:2:11
        ports.0: "3001:3000"  # b.yaml:4:23
          replaced ["3000:3000"]  # a.yaml:6:12
        ports.1: "9229:9229"  # b.yaml:4:36
        volumes: removed  # c.yaml:4:21
          replaced ["./src:/src"]  # a.yaml:10:14
      "
    `);
    expect(explained(merged, 'services.api.volumes')).toBe(
      'services.api.volumes: removed  # c.yaml:4:21\n  replaced ["./src:/src"]  # a.yaml:10:14\n',
    );
  });

  it('finds a variable by its name in a list of KEY=VALUE too', () => {
    const merged = merge('services: {a: {image: x, environment: [A=1, B=2, A=3]}}\n');
    expect(explained(merged, 'services.a.environment.A')).toBe(
      'services.a.environment.0: "A=3"  # a.yaml:1:50\n  replaced "A=1"  # a.yaml:1:40\n',
    );
    const missing = explain(merged, 'services.a.environment.C');
    expect(missing.ok ? '' : missing.failure.cure).toBe('services.a.environment has A, B');
  });

  it('names the tool, and the nearest key for one that is not there', () => {
    const merged = applyTool(merge(A), [
      { kind: 'set', path: ['services', 'api', 'user'], value: '1000', label: 'person' },
    ]);
    expect(explained(merged, 'services.api.user')).toBe(
      'services.api.user: "1000"  # set by the tool: person\n  replaced "me"  # base.yaml:4:11\n',
    );
    expect(explain(merged, 'services.api.prots')).toMatchObject({
      ok: false,
      failure: { reason: 'usage', cure: 'Did you mean services.api.ports?' },
    });
    expect(
      explain(merge('services: {a: {image: x, tmpfs: /t}}\n'), 'services.a.ports'),
    ).toMatchObject({ ok: false, failure: { cure: 'services.a has image, tmpfs' } });
    expect(explain(merged, 'x')).toMatchObject({
      failure: { cure: expect.stringMatching(/^It has .*services/) as string },
    });
  });
});

describe('what changed', () => {
  const texts = (before: MergedCompose, after: MergedCompose): readonly string[] =>
    compareSnapshots(documentSnapshot(before), documentSnapshot(after)).map(changeText);

  it('is told by value, with the file', () => {
    const before = merge(
      'services:\n  api:\n    image: x\n    ports: ["3000:80"]\n  old: {image: o}\n',
    );
    const after = merge(
      'services:\n  api:\n    image: y\n    ports: ["3001:80"]\n    environment: {A: 1}\n  new: {image: n}\n',
    );
    expect(texts(before, after)).toEqual([
      'api: environment.A 1 added (a.yaml:5)',
      'api: image x→y (a.yaml:3)',
      'api: ports 3000→3001 (a.yaml:4)',
      'new: added (a.yaml:6)',
      'old: removed',
    ]);
  });

  it('shows a mount of the long form as a short one', () => {
    const mount = '{type: bind, source: /a/dev, target: /code/dev, read_only: true, bind: {}}';
    const before = merge('services:\n  api: {image: x, volumes: [/d:/data]}\n');
    const after = merge(
      `services:\n  api:\n    image: x\n    volumes:\n      - /d:/data\n      - ${mount}\n      - {type: tmpfs, target: /t}\n`,
    );
    expect(texts(before, after)).toEqual([
      'api: volumes /a/dev:/code/dev:ro added (a.yaml:6)',
      'api: volumes /t added (a.yaml:7)',
    ]);
  });

  it('does not see another form, order or place of the same values', () => {
    const list = merge(
      'services:\n  api: {image: x, environment: [A=1, B=2], depends_on: [db]}\n  db: {image: y}\n',
    );
    const mapping = merge(
      '# moved\nservices:\n  db: {image: y}\n  api:\n    environment: {B: "2", A: "1"}\n    image: x\n    depends_on: {db: {condition: service_started}}\n',
    );
    expect(texts(list, mapping)).toEqual([]);
  });

  it('survives being written and read, and a damaged file counts as nothing known', () => {
    const snapshot = documentSnapshot(merge(A, B));
    expect(readSnapshot(writeSnapshot(snapshot))).toEqual(snapshot);
    expect(readSnapshot('{"format":1,"values":{"a":1}}')).toBeUndefined();
    expect(readSnapshot('{"format":1,"val')).toBeUndefined();
  });
});
