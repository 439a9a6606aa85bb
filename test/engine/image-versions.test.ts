import { afterAll, describe, expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

/** Nobody publishes these. */
const HERE = 'python:3.11.77-slim';
const NOT_HERE = '3.11.78';

/** What the official image has that matters: its own Python where it has it, and another `/etc`. */
const STAND_IN = `FROM debian:trixie-slim
RUN printf '#!/bin/sh\\n[ "$1" = --version ] && echo Python 3.11.77 || exec sleep infinity\\n' \\
      >/usr/local/bin/python3 && chmod +x /usr/local/bin/python3
ENV PYTHON_VERSION=3.11.77
CMD ["python3"]
`;

describe('a version of a language', () => {
  afterAll(async () => {
    const listed = await runProgram([
      ...['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}'],
      ...['--filter', 'reference=onestack/*-3.11.77'],
    ]);
    const images = listed.stdout.split('\n').filter((line) => line !== '');
    await runProgram(['docker', 'image', 'rm', '--force', HERE, ...images]);
  });

  it('is the official image with all of the base image upon it, or is said not to be had', async () => {
    const made = await runProgram(['docker', 'build', '--quiet', '--tag', HERE, '-'], {
      input: STAND_IN,
    });
    expect(made.status, made.stderr).toBe(0);
    const definition = (version: string) =>
      `name: shop\nmodules:\n  job: { image: python@${version}, run: python3 job.py }\n`;
    const rig = rigForTest({
      files: {
        'dev.yaml': definition(NOT_HERE),
        'job/job.py': '',
        // Built beside it, if anything were built.
        'compose/base.yaml':
          'services: { aside: { build: { context: ., dockerfile_inline: "FROM debian:trixie-slim\\nRUN true" }, command: sleep infinity, init: true } }\n',
      },
    });
    const refused = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`python@${NOT_HERE} cannot be had`);
    expect(refused.stderr).toContain('`image: python` has 3.13');
    expect(refused.stderr).not.toMatch(/Build /);
    const shown = await rig.dev(['up', '--dry-run']);
    expect(shown.stdout).toContain(`python:${NOT_HERE}-slim`);

    rig.write('dev.yaml', definition('3.11.77').replace('shop', rig.name));
    const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(up.status, up.stderr).toBe(0);
    const script =
      'python3 --version; . /etc/os-release; echo $VERSION_CODENAME; cat /proc/1/comm; echo $LANG; ' +
      'getent passwd app; ls -l /etc/onestack/ca-bundle.crt; command -v python3; dpkg-query -W -f "\\${Version}\\n" python3 tini';
    const seen = await rig.dev(['shell', 'job', '--', 'sh', '-c', script]);
    expect(seen.status, seen.stderr).toBe(0);
    expect(seen.stdout).toMatch(
      /^Python 3\.11\.77\ntrixie\ntini\nC\.UTF-8\napp:x:10001:.*\n.*ca-bundle\.crt .*\n\/usr\/local\/bin\/python3\n9999\n0\./,
    );
    const again = await rig.dev(['up', '--dry-run']);
    expect(again.stdout).toBe('nothing to do\n');
    const images = await rig.dev(['images']);
    expect(images.stdout).toMatch(/os@python-3\.11\.77[^]*python@3\.11\.77/);
  });
});
