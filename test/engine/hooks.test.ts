import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const state = mkdtempSync(join(tmpdir(), 'ostest-person-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));

const rig = rigForSuite({
  env: { XDG_STATE_HOME: state },
  files: {
    'dev.yaml': `name: x
commands:
  seed: { run: 'echo "$WHAT" >> /data/log', in: store, environment: { WHAT: seeded } }
hooks:
  after-reset:
    - { run: 'echo schema >> /data/log', in: store }
    - { command: seed }
  after-up:
    - { run: 'echo migrated >> /data/log', in: store }
    - { run: 'echo up >> on-host', in: host }
  before-down: { run: 'cp /data/log /work/saved', in: store }
`,
    'compose/base.yaml': `services:
  store:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    user: '0:0'
    volumes: ['data:/data', './:/work']
  idle: { image: onestack/os, command: [sleep, infinity], init: true }
volumes: { data: }
`,
  },
});
const dev = (...args: readonly string[]) => rig().dev(args);
const up = (...args: readonly string[]) => dev('up', '--detach', '--no-watch', ...args);
const log = async (): Promise<readonly string[]> => {
  const { stdout } = await dev('shell', 'store', '--', 'cat', '/data/log');
  return stdout.trim().split('\n');
};
const edit = (from: string, to: string): void => {
  const text = rig().read('dev.yaml');
  expect(text).toContain(from);
  rig().write('dev.yaml', text.replace(from, to));
};

describe('hooks', () => {
  beforeAll(async () => {
    const refused = await up('--yes');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('echo up >>')]);
    expect((await dev('trust')).status).toBe(0);
  });

  it('are steps of the plan, each with its cause', async () => {
    const { stdout } = await dev('up', '--dry-run');
    expect(stdout.split('\n').filter((line) => line.startsWith('run '))).toEqual([
      'run after-reset "echo schema >> /data/log" in store: data of store is new',
      'run after-reset "echo \\"$WHAT\\" >> /data/log" in store: data of store is new',
      'run after-up "echo migrated >> /data/log" in store: at every dev up',
      'run after-up "echo up >> on-host" on this machine: at every dev up',
    ]);
  });

  it('run in their order: what fills new data once, the others at every dev up', async () => {
    expect((await up()).status).toBe(0);
    expect(await log()).toEqual(['schema', 'seeded', 'migrated']);
    const again = await up();
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('2 hooks run')]);
    expect(await log()).toEqual(['schema', 'seeded', 'migrated', 'migrated']);
    expect(rig().read('on-host')).toBe('up\nup\n');
  });

  it('leave out what belongs to services that are not asked for', async () => {
    expect((await up('idle')).status).toBe(0);
    expect((await log()).filter((line) => line === 'migrated')).toHaveLength(2);
  });

  it('tell a failing one with what it printed, keep from the next, and go on there', async () => {
    edit("'echo schema >>", "'echo no table orders; exit 9 >>");
    const failed = await up('--reset-data=store');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('after-reset "echo no table orders; exit 9 >> /data/log" in');
    expect(failed.stderr).toContain('why: exit status 9');
    expect(failed.stderr).toContain('│ no table orders');
    expect(failed.stderr).not.toContain('seeded');
    edit('echo no table orders; exit 9 >>', 'echo schema >>');
    expect((await dev('up', '--dry-run')).stdout).toContain('in store: data of store is reset');
    expect((await up()).status).toBe(0);
    expect(await log()).toEqual(['schema', 'seeded', 'migrated']);
  });

  it('before-down runs while all runs; a failing one keeps the services', async () => {
    edit("'cp /data/log /work/saved'", "'echo cannot save; exit 3'");
    const refused = await dev('down');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('cannot save');
    expect(refused.stderr).toContain('dev down --no-hooks');
    expect(await log()).toContain('seeded');
    edit("'echo cannot save; exit 3'", "'cp /data/log /work/saved'");
    expect((await dev('down', '--dry-run')).stdout).toContain(
      'would run before-down "cp /data/log',
    );
    expect((await dev('down', '--volumes', '--no-snapshot')).status).toBe(0);
    expect(rig().read('saved')).toContain('seeded');
  });

  it('a service that fails leaves a session that follows its edit', async () => {
    const compose = rig().read('compose/base.yaml');
    const broken = compose.replace(
      'idle: { image: onestack/os, command: [sleep, infinity]',
      'idle: { image: onestack/os, command: ["false"]',
    );
    rig().write('compose/base.yaml', broken);
    const failed = await dev('up', '--detach');
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringContaining('edits are followed'),
    ]);
    rig().write('compose/base.yaml', compose);
    await waitFor('idle runs', async () => {
      const { stdout } = await dev('status', '--json');
      return /"service": "idle"[^}]*"state": "running"/s.test(stdout);
    });
    expect((await dev('down', '--no-hooks')).status).toBe(0);
  });
});
