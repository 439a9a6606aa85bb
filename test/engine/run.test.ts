import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { rigForSuite } from '../support/rig.ts';

const state = mkdtempSync(join(tmpdir(), `${ownName()}-person-`));
afterAll(() => rmSync(state, { recursive: true, force: true }));

const rig = rigForSuite({
  env: { XDG_STATE_HOME: state },
  files: {
    'dev.yaml': `name: x
commands:
  seed:
    run: printf '%s|' "$WHO" "$PWD"
    in: store
    about: Fills the store
    environment: { WHO: me & you }
  fails: { run: 'cat; exit 7', in: store }
  here: { run: 'touch made-here; printf "%s|"', in: host }
`,
    'compose/base.yaml': `services:
  store: { image: onestack/os, command: [sleep, infinity], init: true, working_dir: /srv }
`,
  },
});
const dev = (...args: readonly string[]) => rig().dev(args);

beforeAll(async () => {
  // A command on the host is on the list of what the person agrees to.
  const refused = await dev('up', '--detach', '--no-watch', '--yes');
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('touch made-here')]);
  expect((await dev('trust')).status).toBe(0);
  expect((await dev('up', '--detach', '--no-watch')).status).toBe(0);
});

describe('dev run', () => {
  it('lists the commands, where they run and what they do', async () => {
    const { stdout } = await dev('run');
    expect(stdout).toBe(
      'seed   in store         Fills the store\n' +
        'fails  in store         cat; exit 7\n' +
        'here   on this machine  touch made-here; printf "%s|"\n',
    );
    const listed = JSON.parse((await dev('--json', 'run')).stdout) as { commands: unknown[] };
    expect(listed.commands).toHaveLength(3);
  });

  it('runs in a service, with its environment, folder and arguments', async () => {
    const { stdout, status } = await dev('run', 'seed', 'two words', '--', '--all', '$HOME');
    expect([status, stdout]).toEqual([0, 'me & you|/srv|two words|--all|$HOME|']);
  });

  it('passes input and exit status on', async () => {
    const ended = await rig().dev(['run', 'fails'], { input: 'from outside' });
    expect([ended.status, ended.stdout]).toEqual([7, 'from outside']);
  });

  it('runs on the host what was agreed to, in the project’s folder, and nothing else', async () => {
    const ran = await dev('run', 'here', 'a');
    expect([ran.status, ran.stdout]).toEqual([0, 'a|']);
    expect(rig().read('made-here')).toBe('');
    rig().write('dev.yaml', rig().read('dev.yaml').replace('made-here', 'made-elsewhere'));
    const refused = await dev('run', 'here', '--yes');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('fix: dev trust');
    expect(() => rig().read('made-elsewhere')).toThrow();
  });

  it('tells about one command, and what there is for a name that there is not', async () => {
    const help = await dev('run', 'seed', '--help');
    expect(help.stdout).toContain('Usage: dev run seed [arguments...]');
    expect(help.stdout).toContain('Fills the store');
    expect(help.stdout).toContain('Runs in store:');
    const own = await dev('run', '--help');
    expect(own.stdout).toContain('Usage: dev run [name] [arguments...]');
    const unknown = await dev('run', 'sed');
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('seed')]);
  });
});
