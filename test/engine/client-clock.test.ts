import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensurePackage } from '../support/ensure-package.ts';
import { rigForTest } from '../support/rig.ts';

const FILES = {
  'dev.yaml':
    'name: clocks\nmodules: { app: { image: os, run: sleep infinity, test: test -f good } }\n',
  'app/good': '',
  'compose/base.yaml': `
services:
  db:
    image: onestack/os
    command: sleep infinity
    init: true
    healthcheck: { test: [CMD, 'true'], interval: 1s }
  once: { image: onestack/os, command: echo it is done }
  web:
    image: onestack/os
    command: sleep infinity
    init: true
    depends_on:
      db: { condition: service_healthy }
      once: { condition: service_completed_successfully }
  bad: { image: onestack/os, command: "sh -c 'echo it is broken; exit 3'", profiles: [bad] }
`,
};
const UP = ['up', '--yes', '--detach'];

/** Of programs that begin with the C library: `dev` and its session, not the engine. */
async function clockOff(seconds: number): Promise<Readonly<Record<string, string>>> {
  await ensurePackage('faketime');
  const library = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path));
  if (library === undefined) throw new Error('faketime has no library');
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${String(seconds)}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

it.each([-60, -10, 60, 86_400])(
  'a clock that is %i s off the engine’s makes nothing wrong, also right after down',
  async (seconds) => {
    const env = await clockOff(seconds);
    const rig = rigForTest({ files: FILES });
    const shown = await rig.run(['node', '-p', 'Date.now()'], { env });
    const off = (Number(shown.stdout) - Date.now()) / 1_000;
    expect(Math.abs(off - seconds)).toBeLessThan(5);

    for (const round of ['first', 'right after down', 'again']) {
      const up = await rig.dev(UP, { env });
      expect(up.status, `${round}\n${up.stderr}`).toBe(0);
      expect(up.stdout, round).toMatch(/is up: \d services/);
      const status = await rig.dev(['status'], { env });
      expect(status.status, `${round}\n${status.stdout}`).toBe(0);
      expect(status.stdout).toMatch(/up (?:less than a second|\d+ seconds?|about a minute)/i);
      if (round === 'again') break;
      expect((await rig.dev(['down'], { env })).status, round).toBe(0);
    }
    expect((await rig.dev([...UP, '--no-watch'], { env })).stdout).toContain('nothing to do');
    const checked = await rig.dev(['check'], { env });
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
    const logged = await rig.dev(['logs', '--since', '5m', 'once'], { env });
    expect(logged.stdout).toContain('it is done');
    const edited = FILES['compose/base.yaml'].replace('echo it is done', 'echo it is done again');
    rig.write('compose/base.yaml', edited);
    const again = await rig.dev(UP, { env });
    expect(again.status, again.stderr).toBe(0);
    const failed = await rig.dev([...UP, 'bad'], { env });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('it is broken');
    expect(failed.stderr).not.toContain('was removed');
  },
);
