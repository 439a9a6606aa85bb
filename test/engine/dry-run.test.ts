import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { traceWrites } from '../support/trace-writes.ts';

const BINARY = join(REPOSITORY, 'dist/main.js');

/** Every command that tells what it would do, and those that only look. */
const COMMANDS: readonly (readonly string[])[] = [
  ['up'],
  ['up', 'app', '--recreate', '--reset-data', '--yes'],
  ['down', '--volumes'],
  ['clean', '--volumes', '--yes'],
  ['images', 'build', '--yes'],
  ['images', 'prune', '--yes'],
  ['settings', 'modules.app.watch=false'],
  ['settings'],
  ['doctor', '--fix', '--yes'],
  ['version'],
  ['status'],
  ['urls'],
  ['logs'],
  ['config'],
  ['config', '--diff'],
  ['images'],
  ['tools', 'list'],
];

/** Commands that cannot be told without being done: they refuse. */
const REFUSING: readonly (readonly string[])[] = [
  ['check'],
  ['ci'],
  ['probe'],
  ['tools', '--', 'true'],
  ['shell', 'app', '--', 'true'],
  ['dash'],
  ['watch'],
];

const FILES = {
  'dev.yaml': `name: dry
modules:
  app:
    image: node
    run: sleep infinity
    test: "true"
`,
  'compose/base.yaml': `services:
  app: { init: true, environment: { A: "1" } }
  store: { image: onestack/os, command: [sleep, infinity], init: true, volumes: ['data:/data'] }
volumes: { data: }
`,
  'app/package.json': '{ "name": "app", "private": true }\n',
  '.gitignore': '.dev\ndev.settings.yaml\n',
};

/** What is in a folder: kinds, sizes and times of change. */
function look(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { mode, size, ctimeMs, ino } = lstatSync(join(folder, path));
      return `${path} ${mode.toString(8)} ${String(size)} ${String(ctimeMs)} ${String(ino)}`;
    })
    .sort();
}

describe('a dry run', () => {
  // A person who has never used the tool: what is hers must not be made either.
  const home = mkdtempSync(join(tmpdir(), 'ostest-home-'));
  const person = { HOME: home, XDG_STATE_HOME: '', XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '' };
  const rig = rigForSuite({ files: FILES });

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  beforeAll(async () => {
    // On a machine that is ours alone what is missing is brought, as the engine is.
    if ((process.env['CI'] ?? '') !== '' && !(await hasTracer())) {
      const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
      await runProgram([...sudo, 'apt-get', 'update']);
      await runProgram([...sudo, 'apt-get', 'install', '--yes', 'strace']);
    }
    for (const argv of [
      ['git', 'init', '--quiet'],
      ['git', 'add', '.'],
      ['git', '-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-qm', 'one'],
    ]) {
      await rig().run(argv);
    }
  });

  async function hasTracer(): Promise<boolean> {
    return (await runProgram(['sh', '-c', 'strace -f true'])).status === 0;
  }

  /** Runs `dev ARGS` traced: exit status, and every change that it made or tried to make. */
  async function traced(args: readonly string[], env: Readonly<Record<string, string>> = person) {
    const argv = [process.execPath, BINARY, ...args];
    const { outcome, changes } = await traceWrites(argv, {
      cwd: rig().directory,
      env,
    });
    return { status: outcome.status, changes, said: outcome.stdout + outcome.stderr };
  }

  async function expectNoTrace(
    refusing: typeof REFUSING,
    env?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const before = look(rig().directory);
    for (const args of COMMANDS) {
      const { changes, status, said } = await traced([...args, '--dry-run'], env);
      expect({ args, changes }).toEqual({ args, changes: [] });
      expect([0, 1], said).toContain(status);
    }
    for (const args of refusing) {
      const { changes, status, said } = await traced(['--dry-run', ...args], env);
      expect({ args, changes, status }).toEqual({ args, changes: [], status: 2 });
      expect(said).toContain('has no --dry-run');
    }
    expect(look(rig().directory)).toEqual(before);
    expect(readdirSync(home)).toEqual([]);
  }

  it('writes nothing, for any command: of a fresh clone', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    await expectNoTrace(REFUSING);
  });

  it('writes nothing, for any command: of what runs and is to be changed', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    expect((await rig().dev(['up', '--detach', '--no-watch', '--yes'])).status).toBe(0);
    rig().write('compose/dev.yaml', 'services: { app: { environment: { A: "2" } } }\n');
    rig().write('base-images/extra/Dockerfile', 'FROM onestack/os\nRUN echo extra\n');
    // As the one who brought it up: another person does not know that it runs.
    await expectNoTrace([], {});
    const planned = await traced(['up', '--dry-run'], {});
    expect(planned.said).toContain('recreate app');
  });

  it('brings no engine where none answers', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    const DOCKER_HOST = `unix://${rig().path('no-engine.sock')}`;
    const { changes } = await traced(['up', '--dry-run', '--yes'], { ...person, DOCKER_HOST });
    expect(changes).toEqual([]);
  });

  it('would be seen if it wrote', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    const settings = await traced(['settings', 'modules.app.watch=false'], {});
    expect(settings.changes.join('\n')).toMatch(/rename\(".*dev\.settings\.yaml/);
    const down = await traced(['down'], {});
    expect(down.changes.join('\n')).toMatch(/DELETE \/|POST \//);
  });
});
