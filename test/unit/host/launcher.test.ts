import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../support/run-program.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const LAUNCHER = readFileSync(join(REPOSITORY, 'dev'), 'utf8');

/** A folder with the launcher under a pin, and a PATH whose npm and node are ours to choose. */
function launcher(pin: string) {
  const root = mkdtempSync(join(tmpdir(), 'ostest-launcher-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string, mode = 0o644): string => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    chmodSync(full, mode);
    return full;
  };
  write('project/dev', LAUNCHER.replace("pin='file:.'", `pin='${pin}'`), 0o755);
  for (const name of [
    'sh',
    'cat',
    'cksum',
    'cmp',
    'cp',
    'find',
    'flock',
    'mkdir',
    'mv',
    'rm',
    'tr',
  ]) {
    const found = ['/usr/bin', '/bin'].map((folder) => `${folder}/${name}`).find(existsSync);
    if (found === undefined) throw new Error(`this machine has no ${name}`);
    mkdirSync(join(root, 'bin'), { recursive: true });
    symlinkSync(found, join(root, 'bin', name));
  }
  const useNode = (): void => symlinkSync(process.execPath, join(root, 'bin/node'));
  /** An npm that counts its calls and installs a tool that prints its arguments. */
  const useNpm = (before = ''): void => {
    write(
      'bin/npm',
      `#!/bin/sh
echo "$@" >> '${root}/npm.log'
${before}
prefix=
while [ $# -gt 0 ]; do [ "$1" = --prefix ] && prefix=$2; shift; done
mkdir -p "$prefix/node_modules/onestack/dist"
echo 'console.log("tool", ...process.argv.slice(2))' > "$prefix/node_modules/onestack/dist/main.js"
`,
      0o755,
    );
  };
  return {
    root,
    write,
    useNode,
    useNpm,
    npmCalls: () =>
      existsSync(join(root, 'npm.log'))
        ? readFileSync(join(root, 'npm.log'), 'utf8').trim().split('\n')
        : [],
    run: (args: readonly string[] = [], program = join(root, 'project/dev'), env = {}) =>
      runProgram([join(root, 'bin/sh'), program, ...args], {
        env: {
          PATH: join(root, 'bin'),
          HOME: root,
          XDG_CACHE_HOME: undefined,
          ONESTACK_HOME: undefined,
          ...env,
        },
      }),
  };
}

describe('the launcher of the example', () => {
  it('is the same but for its pin', () => {
    const example = readFileSync(join(REPOSITORY, 'examples/shop/dev'), 'utf8');
    expect(example).toBe(LAUNCHER.replace("pin='file:.'", "pin='file:../..'"));
  });
});

describe('without what it needs', () => {
  it('says that Node is missing', async () => {
    const { status, stderr } = await launcher('1.2.3').run();
    expect(status).toBe(3);
    expect(stderr).toBe(
      'dev: Node 20.19 or newer is needed, and no node is installed\n' +
        '     Get it from https://nodejs.org/en/download, or from your package manager.\n',
    );
  });

  it('says that Node is too old', async () => {
    const machine = launcher('1.2.3');
    machine.write('bin/node', '#!/bin/sh\necho v18.19.0\n', 0o755);
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain(`Node 20.19 or newer is needed; ${machine.root}/bin/node is v18.19.0`);
  });

  it('says that the machine has musl', async () => {
    const machine = launcher('1.2.3');
    machine.write('bin/node', '#!/bin/sh\necho " musl"\n', 0o755);
    expect((await machine.run()).stderr).toContain('this machine has musl instead of glibc');
  });

  it('says that npm is missing', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain('npm is needed to fetch the tool, and is not installed');
  });
});

describe('a pinned version', () => {
  it('is fetched once, into the cache, and passed its arguments and status', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    machine.useNpm();
    const first = await machine.run(['up', 'two words']);
    expect(first.stdout).toBe('tool up two words\n');
    expect(first.stderr).toBe('dev: fetching onestack 1.2.3\n');
    const second = await machine.run(['status']);
    expect([second.stdout, second.stderr]).toEqual(['tool status\n', '']);
    expect(machine.npmCalls()).toHaveLength(1);
    expect(readdirSync(join(machine.root, '.cache/onestack'))).toContain('1.2.3');
  });

  it('is fetched once by two at once', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    machine.useNpm();
    const both = await Promise.all([machine.run(['a']), machine.run(['b'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['tool a\n', 'tool b\n']);
    expect(machine.npmCalls()).toHaveLength(1);
  });

  it('is fetched anew after a kill in the middle', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    machine.useNpm('kill -KILL $PPID; exit 1');
    expect((await machine.run()).status).toBe(137);
    machine.useNpm();
    expect((await machine.run(['up'])).stdout).toBe('tool up\n');
  });

  it('leaves nothing when npm fails, and says so', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    machine.useNpm('echo "npm error E404" >&2; exit 1');
    const { status, stderr } = await machine.run();
    expect(status).toBe(1);
    expect(stderr).toContain('npm error E404\n');
    expect(stderr).toContain('could not fetch onestack 1.2.3 (npm ended with status 1)');
    expect(existsSync(join(machine.root, '.cache/onestack/1.2.3'))).toBe(false);
  });
});

describe('a checkout', () => {
  /** A checkout that is installed and built; its build counts its runs. */
  function checkout() {
    const machine = launcher('file:../tool');
    machine.useNode();
    machine.useNpm();
    machine.write('tool/package.json', '{"type":"module"}');
    machine.write('tool/package-lock.json', '{}');
    machine.write('tool/node_modules/.package-lock.json', '{}');
    machine.write('tool/src/main.ts', '');
    machine.write(
      'tool/scripts/build.mjs',
      `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const dist = new URL('../dist/', import.meta.url);
mkdirSync(dist, { recursive: true });
appendFileSync(new URL('builds', dist), 'x');
writeFileSync(new URL('main.js', dist), 'console.log("built", ...process.argv.slice(2))');
writeFileSync(new URL('.built', dist), '');`,
    );
    const builds = () => readFileSync(join(machine.root, 'tool/dist/builds'), 'utf8').length;
    return { ...machine, builds };
  }

  it('is built when it has no build, and then only when a source is newer', async () => {
    const machine = checkout();
    expect((await machine.run(['up'])).stdout).toBe('built up\n');
    await machine.run();
    expect(machine.builds()).toBe(1);
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(machine.root, 'tool/src/main.ts'), later, later);
    await machine.run();
    expect(machine.builds()).toBe(2);
    expect(machine.npmCalls()).toEqual([]);
  });

  it('gets its dependencies when the lockfile is not that of what is installed', async () => {
    const machine = checkout();
    await machine.run();
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(machine.root, 'tool/package-lock.json'), later, later);
    await machine.run();
    await machine.run();
    expect(machine.npmCalls()).toHaveLength(1);
    expect(machine.npmCalls()[0]).toMatch(/^ci --include=dev .*--ignore-scripts/);
  });

  it('is found through a symlink to the launcher', async () => {
    const machine = checkout();
    symlinkSync(join(machine.root, 'project/dev'), join(machine.root, 'link'));
    symlinkSync('/usr/bin/readlink', join(machine.root, 'bin/readlink'));
    expect((await machine.run(['x'], join(machine.root, 'link'))).stdout).toBe('built x\n');
  });
});

describe('ONESTACK_HOME', () => {
  it('runs the tool in that folder as it is', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    machine.write('own/dist/main.js', 'console.log("own")');
    const env = { ONESTACK_HOME: join(machine.root, 'own') };
    expect((await machine.run([], undefined, env)).stdout).toBe('own\n');
  });

  it('says when there is none', async () => {
    const machine = launcher('1.2.3');
    machine.useNode();
    const { status, stderr } = await machine.run([], undefined, { ONESTACK_HOME: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toContain('there is no /nowhere/dist/main.js');
  });
});
