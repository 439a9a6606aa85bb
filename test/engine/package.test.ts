import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { type NpmRegistry, startNpmRegistry } from '../support/npm-registry.ts';
import { REPOSITORY } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const MEBIBYTE = 1_048_576;
/** What the tool needs to be built and tested, and nobody needs to run it. */
const DEVELOPMENT = ['esbuild', 'vitest', 'typescript', 'verdaccio', 'eslint', 'tsx'];

const root = mkdtempSync(join(tmpdir(), `${ownName()}-package-`));
const project = join(root, 'project');
const packed = new Map<string, string>();
let registry: NpmRegistry | undefined;

/** A copy of the repository as a clone has it, packed under a version. */
function pack(version: string): string {
  const clone = join(root, `clone-${version}`);
  mkdirSync(clone);
  const tracked = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: REPOSITORY, encoding: 'utf8' },
  );
  for (const file of tracked.split('\0')) {
    if (file === '' || /^(test|docs|examples)\//.test(file) || !existsSync(join(REPOSITORY, file)))
      continue;
    cpSync(join(REPOSITORY, file), join(clone, file));
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'));
  for (const file of ['package.json', 'package-lock.json']) {
    const text = readFileSync(join(clone, file), 'utf8');
    writeFileSync(join(clone, file), text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  }
  execFileSync('npm', ['pack', '--loglevel=error'], { cwd: clone, stdio: 'pipe' });
  expect(existsSync(join(clone, 'npm-shrinkwrap.json'))).toBe(false);
  return join(clone, `onestack-dev-${version}.tgz`);
}

const integrityOf = (tarball: string): string =>
  `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;

function writeLauncher(pin: string, integrity: string): void {
  const text = readFileSync(join(REPOSITORY, 'dev'), 'utf8')
    .replace("pin='file:.'", `pin='${pin}'`)
    .replace("integrity=''", `integrity='${integrity}'`);
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'dev'), text);
  chmodSync(join(project, 'dev'), 0o755);
}

/** `./dev ARGS` of a person whose npm knows the registry, and whose caches are empty. */
const dev = (args: readonly string[], npm: Readonly<Record<string, string>> = {}) =>
  runProgram([join(project, 'dev'), ...args], {
    cwd: project,
    env: {
      HOME: join(root, 'home'),
      XDG_CACHE_HOME: join(root, 'cache'),
      NPM_CONFIG_REGISTRY: registry?.url,
      NO_COLOR: '1',
      ...npm,
    },
  });

beforeAll(async () => {
  for (const version of ['7.0.0', '7.1.0']) packed.set(version, pack(version));
  registry = await startNpmRegistry(join(root, 'registry'));
  for (const tarball of packed.values()) registry.publish(tarball);
  mkdirSync(join(root, 'home'));
});
afterAll(async () => {
  await registry?.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('the package', () => {
  const tarball = (): string => packed.get('7.0.0') ?? '';

  it('is small, and holds what runs: no sources, no tests, the lockfile', () => {
    expect(statSync(tarball()).size).toBeLessThan(5 * MEBIBYTE);
    const names = execFileSync('tar', ['-tzf', tarball()], { encoding: 'utf8' }).split('\n');
    expect(names).toEqual(
      expect.arrayContaining([
        'package/dist/main.js',
        'package/dist/tools-agent.cjs',
        'package/dev',
        'package/npm-shrinkwrap.json',
        'package/base-images/os/Dockerfile',
        'package/LICENSE',
      ]),
    );
    expect(names.filter((name) => /^package\/(src|test|node_modules|bench)\//.test(name))).toEqual(
      [],
    );
  });
});

describe('a project that pins it', () => {
  it('refuses a wrong hash before anything of it runs', async () => {
    const wrong = integrityOf(packed.get('7.1.0') ?? '');
    writeLauncher('onestack-dev@7.0.0', wrong);
    const { status, stdout, stderr } = await dev(['--version']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`its hash is ${integrityOf(packed.get('7.0.0') ?? '')}, not ${wrong}`);
    expect(existsSync(join(root, 'cache/onestack/onestack-dev@7.0.0'))).toBe(true);
    expect(existsSync(join(root, 'cache/onestack/onestack-dev@7.0.0', wrong, 'package'))).toBe(
      false,
    );
  });

  it('runs it for two at once, with its production dependencies and none of their scripts', async () => {
    const integrity = integrityOf(packed.get('7.0.0') ?? '');
    writeLauncher('onestack-dev@7.0.0', integrity);
    writeFileSync(join(project, 'dev.yaml'), 'name: packed\n');
    // Not asked, whatever it says: it came with the repository.
    writeFileSync(join(project, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
    const both = await Promise.all([dev(['--version']), dev(['config', '--json'])]);
    expect(both.map(({ status, stderr }) => [status, stderr.replace(/^dev: .*\n/gm, '')])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(both[0].stdout).toBe('7.0.0\n');
    expect(both[1].stdout).toContain('"name": "packed"');
    const tool = join(root, 'cache/onestack/onestack-dev@7.0.0', integrity, 'package');
    const installed = readdirSync(join(tool, 'node_modules'));
    expect(installed).toEqual(expect.arrayContaining(['node-pty', 'inquirer', 'blessed']));
    expect(installed.filter((name) => DEVELOPMENT.includes(name))).toEqual([]);
    const terminal = await runProgram(
      [
        process.execPath,
        '-e',
        "require('node-pty').spawn('true', [], {}).onExit(() => process.exit(7))",
      ],
      { cwd: tool },
    );
    expect(terminal.status).toBe(7);
  });

  it('runs offline once it was fetched', async () => {
    const offline = await dev(['--version'], { NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9/' });
    expect([offline.stdout, offline.stderr]).toEqual(['7.0.0\n', '']);
  });

  it('moves to the newest version, version and hash, and runs that', async () => {
    const dry = await dev(['upgrade', '--dry-run']);
    expect(dry.stdout).toContain('would pin onestack-dev@7.1.0, before onestack-dev@7.0.0\n');
    expect((await dev(['--version'])).stdout).toBe('7.0.0\n');
    const moved = await dev(['upgrade']);
    expect(moved.stdout).toContain('pinned onestack-dev@7.1.0, before onestack-dev@7.0.0\n');
    const launcher = readFileSync(join(project, 'dev'), 'utf8');
    expect(launcher).toContain("\npin='onestack-dev@7.1.0'\n");
    expect(launcher).toContain(`\nintegrity='${integrityOf(packed.get('7.1.0') ?? '')}'\n`);
    expect(statSync(join(project, 'dev')).mode & 0o777).toBe(0o755);
    expect((await dev(['--version'])).stdout).toBe('7.1.0\n');
    expect((await dev(['upgrade'])).stdout).toBe('onestack-dev@7.1.0 is what the launcher pins\n');
    expect((await dev(['upgrade', '7.0.0'])).stdout).toContain('pinned onestack-dev@7.0.0');
  });

  it('says what the registry does not have, and when none answers', async () => {
    const unknown = await dev(['upgrade', '9.9.9']);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('the registry of your npm has no onestack-dev@9.9.9');
    const silent = await dev(['upgrade'], {
      NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9/',
      NPM_CONFIG_FETCH_RETRIES: '0',
    });
    expect(silent.status).toBe(3);
    expect(silent.stderr).toContain('npm did not tell the version and hash of onestack-dev@latest');
    expect(readFileSync(join(project, 'dev'), 'utf8')).toContain("\npin='onestack-dev@7.0.0'\n");
  });
});
