import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
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

/** The shells that people's `sh` is. Debian's dash is on every machine that runs these tests. */
const SHELLS = [['dash'], ['busybox', 'sh']].filter(
  ([program = '']) =>
    program === 'dash' || existsSync(`/usr/bin/${program}`) || existsSync(`/bin/${program}`),
);
const PROGRAMS = [
  'cat',
  'cksum',
  'cmp',
  'cp',
  'find',
  'flock',
  'gzip',
  'mkdir',
  'mv',
  'rm',
  'tar',
  'tr',
];

const integrityOf = (tarball: string): string =>
  `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;

/** A folder with the launcher under a pin, and a PATH whose npm and node are ours to choose. */
function launcher(pin: string, shell: readonly string[] = ['dash']) {
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
  for (const name of [...PROGRAMS, shell[0] ?? '']) {
    const found = ['/usr/bin', '/bin'].map((folder) => `${folder}/${name}`).find(existsSync);
    if (found === undefined) throw new Error(`this machine has no ${name}`);
    mkdirSync(join(root, 'bin'), { recursive: true });
    symlinkSync(found, join(root, 'bin', name));
  }
  /** Pins the package with the hash of a tarball, and has the registry answer with that tarball. */
  const publish = (says = 'tool', pinned?: string): string => {
    write('published/package/dist/main.js', `console.log('${says}', ...process.argv.slice(2))`);
    write('published/package/package.json', '{"type":"module"}');
    const tarball = join(root, 'published/onestack-dev-1.2.3.tgz');
    execFileSync('tar', ['-czf', tarball, '-C', join(root, 'published'), 'package']);
    const integrity = pinned ?? integrityOf(tarball);
    const text = LAUNCHER.replace("pin='file:.'", `pin='${pin}'`);
    write('project/dev', text.replace("integrity=''", `integrity='${integrity}'`), 0o755);
    return integrity;
  };
  const useNode = (): void => symlinkSync(process.execPath, join(root, 'bin/node'));
  /** An npm that counts its calls, gives the tarball that is published, and installs nothing. */
  const useNpm = (before = ''): void => {
    write(
      'bin/npm',
      `#!${root}/bin/${shell.join(' ')}
echo "$@" >> '${root}/npm.log'
${before}
[ "$1" != pack ] || cp '${root}/published/onestack-dev-1.2.3.tgz' .
`,
      0o755,
    );
  };
  return {
    root,
    write,
    useNode,
    useNpm,
    publish,
    npmCalls: () =>
      existsSync(join(root, 'npm.log'))
        ? readFileSync(join(root, 'npm.log'), 'utf8').trim().split('\n')
        : [],
    run: (args: readonly string[] = [], program = join(root, 'project/dev'), env = {}) =>
      runProgram([join(root, 'bin', shell[0] ?? ''), ...shell.slice(1), program, ...args], {
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

/** One that pins a version which is published. */
function pinned() {
  const machine = launcher('onestack-dev@1.2.3');
  machine.publish();
  return machine;
}

describe('the launcher of the example', () => {
  it('is the same but for its pin', () => {
    const example = readFileSync(join(REPOSITORY, 'examples/shop/dev'), 'utf8');
    expect(example).toBe(LAUNCHER.replace("pin='file:.'", "pin='file:../..'"));
  });
});

describe('without what it needs', () => {
  it('says that Node is missing', async () => {
    const { status, stderr } = await pinned().run();
    expect(status).toBe(3);
    expect(stderr).toBe(
      'dev: Node 20.19 or newer is needed, and no node is installed\n' +
        '     Get it from https://nodejs.org/en/download, or from your package manager.\n',
    );
  });

  it('says that Node is too old', async () => {
    const machine = pinned();
    machine.write('bin/node', '#!/bin/sh\necho v18.19.0\n', 0o755);
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain(`Node 20.19 or newer is needed; ${machine.root}/bin/node is v18.19.0`);
  });

  it('says that npm is missing', async () => {
    const machine = pinned();
    machine.useNode();
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain('npm is needed to fetch the tool, and is not installed');
  });
});

describe('a machine with musl instead of glibc', () => {
  it('is as good as any other', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm();
    // What Node says of itself there.
    const hook = machine.write(
      'musl.cjs',
      `const own = process.report.getReport();
process.report.getReport = () => ({ ...own, header: { ...own.header, glibcVersionRuntime: undefined } });`,
    );
    const environment = { NODE_OPTIONS: `--require=${hook}` };
    const ran = await machine.run(['up'], undefined, environment);
    expect(ran).toMatchObject({ status: 0, stdout: 'tool up\n' });
  });
});

const PIN = 'onestack-dev@1.2.3';

describe.each(SHELLS.map((shell) => ({ shell })))('a pinned version, by $shell', ({ shell }) => {
  it('is fetched once, into the cache, and passed its arguments and status', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    const integrity = machine.publish();
    const first = await machine.run(['up', 'two words']);
    expect(first.stderr).toBe('dev: fetching onestack-dev@1.2.3\n');
    expect(first.stdout).toBe('tool up two words\n');
    const second = await machine.run(['status']);
    expect([second.stdout, second.stderr]).toEqual(['tool status\n', '']);
    expect(machine.npmCalls()).toEqual([
      expect.stringMatching(/^pack onestack-dev@1\.2\.3 .*--ignore-scripts/),
      expect.stringMatching(/^ci --omit=dev .*--ignore-scripts/),
    ]);
    const cache = join(machine.root, '.cache/onestack');
    expect(existsSync(join(cache, PIN, integrity, 'package/dist/main.js'))).toBe(true);
    expect(readdirSync(cache).filter((name) => name.endsWith('.fetch'))).toEqual([]);
  });

  it('is nobody else’s to change, whatever the umask, which stays as it was', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm('mkdir -p node_modules; echo 1 >node_modules/a.js');
    machine.publish("tool', (process.umask() & 0o777).toString(8) + '");
    const loose = machine.write('loose', 'umask 000\nexec dash "$(dirname "$0")/project/dev"\n');
    symlinkSync('/usr/bin/dirname', join(machine.root, 'bin/dirname'));
    const ran = await machine.run([], loose);
    expect(ran).toMatchObject({ status: 0, stdout: 'tool 0\n' });
    const cache = join(machine.root, '.cache/onestack');
    const open = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) => {
      const { mode } = lstatSync(join(cache, path));
      // What only locks: nothing of it runs.
      return (mode & 0o022) !== 0 && !path.endsWith('.lock');
    });
    expect(open).toEqual([]);
    expect(lstatSync(cache).mode & 0o777).toBe(0o700);
  });

  it('comes from no folder that anybody can fill: without a home there is none', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm();
    for (const XDG_CACHE_HOME of [undefined, '', 'cache']) {
      const { status, stderr } = await machine.run([], undefined, {
        HOME: undefined,
        XDG_CACHE_HOME,
      });
      expect(status).toBe(1);
      expect(stderr).toContain('HOME is not set, so there is no folder for the tool');
    }
    expect(machine.npmCalls()).toEqual([]);
  });

  it('is fetched once by two at once', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    const both = await Promise.all([machine.run(['a']), machine.run(['b'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['tool a\n', 'tool b\n']);
    expect(machine.npmCalls()).toHaveLength(2);
  });

  describe('where there is no flock, as on macOS', () => {
    const withoutFlock = () => {
      const machine = launcher(PIN, shell);
      machine.useNode();
      machine.publish();
      rmSync(join(machine.root, 'bin/flock'));
      for (const name of ['sleep', 'ln', 'readlink']) {
        const found = [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync) ?? '';
        symlinkSync(found, join(machine.root, 'bin', name));
      }
      return machine;
    };
    const locks = ({ root }: { readonly root: string }): readonly string[] =>
      readdirSync(join(root, '.cache/onestack')).filter((name) => name.includes('.lock'));

    it('is fetched once by two at the same time, and leaves no lock', async () => {
      const machine = withoutFlock();
      machine.useNpm();
      const both = await Promise.all([machine.run(['a']), machine.run(['b'])]);
      expect(both.map(({ stdout }) => stdout)).toEqual(['tool a\n', 'tool b\n']);
      expect(machine.npmCalls()).toHaveLength(2);
      expect(locks(machine)).toEqual([]);
    });

    it('takes the lock over from one that was killed', async () => {
      const machine = withoutFlock();
      machine.useNpm(
        `kill -KILL $(readlink '${machine.root}/.cache/onestack/'*.lock.pid) $PPID; exit 1`,
      );
      expect((await machine.run()).status).toBe(137);
      expect(locks(machine)).toHaveLength(1);
      machine.useNpm();
      const after = await Promise.all([machine.run(['up']), machine.run(['up'])]);
      expect(after.map(({ stdout }) => stdout)).toEqual(['tool up\n', 'tool up\n']);
      expect(locks(machine)).toEqual([]);
    });

    it('names the holder from the first moment of the lock', async () => {
      const machine = withoutFlock();
      machine.useNpm();
      // The shell is killed in the very moment in which the lock is there.
      const ln = realpathSync(join(machine.root, 'bin/ln'));
      const killed = `"${ln}" "$@" && kill -KILL $PPID`;
      rmSync(join(machine.root, 'bin/ln'));
      machine.write(
        'bin/ln',
        `#!${join(machine.root, 'bin', shell.join(' '))}\n${killed}\n`,
        0o755,
      );
      expect((await machine.run()).status).toBe(137);
      expect(locks(machine)).toHaveLength(1);
      machine.write(
        'bin/ln',
        `#!${join(machine.root, 'bin', shell.join(' '))}\n"${ln}" "$@"\n`,
        0o755,
      );
      expect((await machine.run(['up'])).stdout).toBe('tool up\n');
      expect(locks(machine)).toEqual([]);
    });

    it('ends with words where it cannot write its lock', async () => {
      const machine = withoutFlock();
      machine.useNpm();
      mkdirSync(join(machine.root, '.cache'));
      machine.write('.cache/onestack', '');
      const { status, stderr } = await machine.run();
      expect(status).toBe(1);
      expect(stderr).toContain('Set XDG_CACHE_HOME to one you can write.');
    });
  });

  it.each(['pack', 'ci'])('is fetched anew after a kill in the middle of npm %s', async (at) => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.publish();
    // The launcher, and the subshell in which npm runs.
    machine.useNpm(
      `[ "$1" != ${at} ] || { kill -KILL $(cat '${machine.root}/pid') $PPID; exit 1; }`,
    );
    const program = join(machine.root, 'project/dev');
    const text = readFileSync(program, 'utf8');
    machine.write(
      'project/dev',
      text.replace('\n', () => `\necho $$ >'${machine.root}/pid'\n`),
      0o755,
    );
    expect((await machine.run()).status).toBe(137);
    machine.useNpm();
    expect((await machine.run(['up'])).stdout).toBe('tool up\n');
  });

  it.each(['pack', 'ci'])('leaves nothing that runs when npm %s fails, and says so', async (at) => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm(`[ "$1" != ${at} ] || { echo "npm error E404" >&2; exit 1; }`);
    const integrity = machine.publish();
    const { status, stderr } = await machine.run();
    expect(status).toBe(1);
    expect(stderr).toContain('npm error E404\n');
    expect(stderr).toMatch(
      /could not (fetch|install what) onestack-dev@1\.2\.3 .*\(npm ended with status 1\)/,
    );
    expect(existsSync(join(machine.root, '.cache/onestack', PIN, integrity, 'package'))).toBe(
      false,
    );
  });

  it('is not unpacked when it has another hash than the pin, not even after a right one', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    expect((await machine.run()).status).toBe(0);
    const other = `sha512-${'A'.repeat(86)}==`;
    const real = machine.publish('evil');
    machine.publish('evil', other);
    const { status, stdout, stderr } = await machine.run(['up']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      `onestack-dev@1.2.3 is not what this project pinned, and was not unpacked: its hash is ${real}, not ${other}`,
    );
    expect(machine.npmCalls().filter((call) => call.startsWith('ci'))).toHaveLength(1);
  });
});

describe('a pin that cannot be right', () => {
  it.each([
    ['another package', 'onestack@3.4.0', 'which is not onestack-dev@VERSION'],
    ['a bare version, as of old', '1.2.3', 'which is not onestack-dev@VERSION'],
    ['a name that begins alike', 'onestack-devx@1.2.3', 'which is not onestack-dev@VERSION'],
    ['a tag', 'onestack-dev@latest', 'which is not onestack-dev@VERSION'],
    ['a range', 'onestack-dev@1.x || 9', 'is not one exact version'],
    ['a path in place of a version', 'onestack-dev@1/../../../x', 'is not one exact version'],
    ['an alias', 'onestack-dev@npm:onestack@3', 'which is not onestack-dev@VERSION'],
    ['an address', 'https://example.invalid/onestack-dev.tgz', 'which is not onestack-dev@VERSION'],
  ])('is refused before npm is asked: %s', async (_what, pin, says) => {
    const machine = launcher(pin);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    const { status, stderr } = await machine.run();
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(machine.npmCalls()).toEqual([]);
  });

  it.each([
    '',
    'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
    'sha512-abc==',
    `sha512-${'.'.repeat(86)}==`,
    `sha512-${'A'.repeat(85)} ==`,
  ])('is refused without a whole hash: %j', async (integrity) => {
    const machine = launcher(PIN);
    machine.useNode();
    machine.useNpm();
    machine.publish('tool', integrity);
    const { status, stderr } = await machine.run();
    expect(status).toBe(2);
    expect(stderr).toContain('has no hash of onestack-dev@1.2.3');
    expect(machine.npmCalls()).toEqual([]);
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
    const machine = pinned();
    machine.useNode();
    machine.write('own/dist/main.js', 'console.log("own")');
    const env = { ONESTACK_HOME: join(machine.root, 'own') };
    expect((await machine.run([], undefined, env)).stdout).toBe('own\n');
  });

  it('says when there is none', async () => {
    const machine = pinned();
    machine.useNode();
    const { status, stderr } = await machine.run([], undefined, { ONESTACK_HOME: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toContain('there is no /nowhere/dist/main.js');
  });
});
