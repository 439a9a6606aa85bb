import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { runProgram } from './run-program.ts';

/** The repository of the tool. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');
/** The launcher as it is in the repository: of the checkout that it is in. */
export const LAUNCHER = readFileSync(join(REPOSITORY, 'dev'), 'utf8');

/** The shells that people's `sh` is. Debian's dash is on every machine that runs these tests. */
export const SHELLS = [['dash'], ['busybox', 'sh']].filter(
  ([program = '']) =>
    program === 'dash' || existsSync(`/usr/bin/${program}`) || existsSync(`/bin/${program}`),
);
/** Some of BusyBox have `ln` and its like in the shell itself, whatever the PATH has. */
export const looksIntoPath = ([program = '', ...args]: readonly string[]): boolean =>
  spawnSync(program, [...args, '-c', 'command -v ln'], { encoding: 'utf8' }).stdout.includes('/');
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
export function launcher(pin: string, shell: readonly string[] = ['dash']) {
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

/** What the tests pin. */
export const PIN = 'onestack-dev@1.2.3';

/** One that pins a version which is published. */
export function pinned() {
  const machine = launcher(PIN);
  machine.publish();
  return machine;
}
