import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { ensurePackage } from '../support/ensure-package.ts';
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
  ['data'],
  ['data', 'snapshot'],
  ['data', 'prune', '--keep', '1'],
  ['doctor', '--fix', '--yes'],
  ['version'],
  ['report', '--out', 'report.html'],
  ['status'],
  ['urls'],
  ['logs'],
  ['config'],
  ['config', '--diff'],
  ['images'],
  ['tools', 'list'],
  ['run'],
  ['run', 'hello'],
  ['run', 'here'],
  ['trust'],
  ['trust', '--list'],
  ['trust', '--revoke'],
  ['upgrade'],
  ['completion', 'bash'],
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
  ['release'],
  ['debug', 'app'],
  ['lsp', 'app'],
];

const LISTED = [...COMMANDS, ...REFUSING].map((args) => args.join(' '));

const NOBODY = { out: () => undefined, err: () => undefined };
/** Commands of the table that nobody listed here: they are tried as they are. Not the session itself. */
const OTHERS: readonly (readonly string[])[] = paths(
  buildProgram('0', () => Promise.resolve(), NOBODY),
)
  .filter((path) => path[0] !== '__session')
  .filter((path) => !LISTED.some((line) => `${line} `.startsWith(`${path.join(' ')} `)));

function paths(command: Command, above: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((one) => {
    const path = [...above, one.name()];
    return [path, ...paths(one, path)];
  });
}

const FILES = {
  dev: readFileSync(join(REPOSITORY, 'dev'), 'utf8').replace(
    /^pin=.*$/m,
    "pin='onestack-dev@1.0.0'",
  ),
  'dev.yaml': `name: dry
commands:
  hello: { run: 'touch hello', in: app }
  here: { run: 'touch here', in: host }
modules:
  app:
    image: node
    run: sleep infinity
    test: "true"
`,
  'compose/base.yaml': `services:
  app: { init: true, environment: { A: "1" } }
  store: { image: onestack/os, command: [sleep, infinity], init: true, volumes: ['data:/data'], secrets: [token] }
volumes: { data: }
secrets: { token: { file: .dev/secrets/token } }
`,
  'app/package.json': '{ "name": "app", "private": true }\n',
  '.gitignore': '.dev\ndev.settings.yaml\n',
};

/** Does it for each, for as many at a time as the machine has cores. */
async function someAtOnce<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const work = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** What is in a folder: kinds, sizes and times of change. */
function look(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { mode, size, ctimeMs, ino } = lstatSync(join(folder, path));
      return `${path} ${mode.toString(8)} ${String(size)} ${String(ctimeMs)} ${String(ino)}`;
    })
    .sort();
}

/** npm keeps what it hears; the folder in which it does so is gone when it has ended. */
const THROWN_AWAY = /"(\/tmp\/onestack-npm-[0-9a-f-]{36})[/"]/;

/** A registry that has one version of the tool. */
async function startRegistry(): Promise<{ readonly url: string; close(): void }> {
  const dist = { integrity: `sha512-${'A'.repeat(86)}==`, tarball: 'http://127.0.0.1/x.tgz' };
  const version = { name: 'onestack-dev', version: '1.2.3', dist };
  const answer = {
    name: 'onestack-dev',
    'dist-tags': { latest: '1.2.3' },
    versions: { '1.2.3': version },
  };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/`, close: () => void server.close() };
}

describe('a dry run', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  // A person who has never used the tool: what is hers must not be made either.
  const home = mkdtempSync(join(tmpdir(), `${ownName()}-home-`));
  const person = { HOME: home, XDG_STATE_HOME: '', XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '' };
  const rig = rigForSuite({ files: FILES });

  afterAll(() => {
    registry.close();
    rmSync(home, { recursive: true, force: true });
  });

  beforeAll(async () => {
    registry = await startRegistry();
    // Where it cannot be had, tests are skipped and say so.
    await ensurePackage('strace').catch(() => undefined);
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
      env: { ...env, NPM_CONFIG_REGISTRY: registry.url },
    });
    const thrown = changes.flatMap((line) => THROWN_AWAY.exec(line)?.[1] ?? []);
    for (const folder of thrown) expect(existsSync(folder), folder).toBe(false);
    const kept = changes.filter((line) => !THROWN_AWAY.test(line));
    return { status: outcome.status, changes: kept, said: outcome.stdout + outcome.stderr };
  }

  async function expectNoTrace(
    refusing: typeof REFUSING,
    env?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const before = look(rig().directory);
    // None of them writes: they are in nobody's way.
    await someAtOnce(OTHERS, async (args) => {
      const { changes } = await traced([...args, '--dry-run'], env);
      expect({ args, changes }).toEqual({ args, changes: [] });
    });
    await someAtOnce(COMMANDS, async (args) => {
      const { changes, status, said } = await traced([...args, '--dry-run'], env);
      expect({ args, changes }).toEqual({ args, changes: [] });
      expect([0, 1], said).toContain(status);
    });
    await someAtOnce(refusing, async (args) => {
      const { changes, status, said } = await traced(['--dry-run', ...args], env);
      expect({ args, changes, status }).toEqual({ args, changes: [], status: 2 });
      expect(said).toContain('has no --dry-run');
    });
    expect(look(rig().directory)).toEqual(before);
    expect(readdirSync(home)).toEqual([]);
  }

  it('writes nothing, for any command: of a fresh clone', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    await expectNoTrace(REFUSING);
    const upgrade = await traced(['upgrade', '--dry-run']);
    expect(upgrade.said).toContain('would pin onestack-dev@1.2.3');
    expect((await traced(['run', 'here', '--dry-run'])).said).toContain('touch here');
  });

  it('writes nothing, for any command: of what runs and is to be changed', async ({ skip }) => {
    if (!(await hasTracer())) skip('strace cannot trace here');
    expect((await rig().dev(['trust'])).status).toBe(0);
    expect((await rig().dev(['up', '--detach', '--no-watch', '--yes'])).status).toBe(0);
    rig().write('compose/dev.yaml', 'services: { app: { environment: { A: "2" } } }\n');
    rig().write('base-images/extra/Dockerfile', 'FROM onestack/os\nRUN echo extra\n');
    // As the one who brought it up: another person does not know that it runs.
    await expectNoTrace([], {});
    const planned = await traced(['up', '--dry-run'], {});
    expect(planned.said).toContain('recreate app');
  });

  it('refuses what would be refused: the person’s own credentials and certificates', async () => {
    rig().write('own-token', '');
    const wrong = {
      'is empty': 'credentials: { token: own-token }\n',
      'there is no file': 'credentials: { token: no-such-file }\n',
      'no-such.crt': 'certificates: { server: { certificate: no-such.crt, key: no-such.key } }\n',
      'no-company.pem': 'certificates: { company_ca: [no-company.pem] }\n',
    };
    const before = rig().read('dev.settings.yaml');
    for (const [told, settings] of Object.entries(wrong)) {
      rig().write('dev.settings.yaml', settings);
      const up = await rig().dev(['up', '--dry-run']);
      expect({ told, status: up.status, stdout: up.stdout }).toEqual({
        told,
        status: 2,
        stdout: '',
      });
      expect(up.stderr).toContain(told);
    }
    rig().write('dev.settings.yaml', before);
    expect((await rig().dev(['up', '--dry-run'])).status).toBe(0);
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
