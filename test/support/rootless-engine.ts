import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alive } from './alive.ts';
import { ownName } from './own-run.ts';
import { takeImages } from './private-engine.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/** Docker as an ordinary person starts it, with Debian's programs. Nothing of the machine is changed. */
export interface RootlessEngine {
  readonly address: string;
  start(): Promise<void>;
  takeImages(rig: Rig, names: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

/** Debian's own way to start it. */
const SCRIPT = '/usr/share/docker.io/contrib/dockerd-rootless.sh';
/** What it needs besides `docker.io`: brought into a folder, not installed. */
const PACKAGES = ['rootlesskit', 'slirp4netns', 'libslirp0', 'uidmap'];
/** Numbers that are nobody's here, for the other users of its containers. */
const SUBORDINATE = 'ada:300000:65536\n';
const NOBODY = '65534';

/** Why there can be no rootless engine here; undefined where there can. */
export function noRootlessEngine(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another person';
  if (!existsSync(SCRIPT)) return 'Debian’s docker.io is not there';
  const argv = [
    '--reuid',
    NOBODY,
    '--clear-groups',
    'unshare',
    '--user',
    '--map-root-user',
    'true',
  ];
  const isAllowed = spawnSync('setpriv', argv).status === 0;
  return isAllowed ? undefined : 'the system gives no user namespaces to ordinary people';
}

/**
 * As root, where nobody else sees it: the person's account, the numbers that she may give away, and a
 * device for her network. Then never root again.
 */
const BEGIN = `
for name in passwd group subuid subgid; do mount --bind "$1/etc/$name" "/etc/$name"; done
mknod -m 666 "$1/tun" c 10 200
mount --bind "$1/tun" /dev/net/tun
exec setpriv --reuid="$2" --regid="$2" --clear-groups env -i HOME="$1/home" USER=ada \\
  XDG_RUNTIME_DIR="$1/run" PATH="$1/root/usr/bin:$PATH" LD_LIBRARY_PATH="$3" \\
  ${SCRIPT} --host "unix://$1/run/docker.sock"`;

/** Makes nothing yet: `start` does. */
export function rootlessEngine(uid: number): RootlessEngine {
  const folder = join(tmpdir(), `${ownName()}-rootless`);
  const address = `unix://${folder}/run/docker.sock`;
  let pid: number | undefined;

  async function bring(): Promise<string> {
    const script =
      'cd "$0" && apt-get -q download "$@" && for p in *.deb; do dpkg-deb -x "$p" root; done';
    const got = await runProgram(['sh', '-ec', script, folder, ...PACKAGES], {
      timeoutMs: 120_000,
    });
    if (got.status !== 0) throw new Error(got.stderr);
    const libraries = join(folder, 'root/usr/lib');
    return readdirSync(libraries)
      .map((name) => join(libraries, name))
      .join(':');
  }

  function layAccounts(): void {
    const lay = (name: string, text: string): void =>
      writeFileSync(join(folder, 'etc', name), text);
    const account = `ada:x:${uid}:${uid}::${folder}/home:/bin/sh\n`;
    lay('passwd', readFileSync('/etc/passwd', 'utf8') + account);
    lay('group', `${readFileSync('/etc/group', 'utf8')}ada:x:${uid}:\n`);
    for (const name of ['subuid', 'subgid']) lay(name, SUBORDINATE);
  }

  return {
    address,
    start: async () => {
      for (const name of ['etc', 'home', 'run']) mkdirSync(join(folder, name), { recursive: true });
      for (const name of ['home', 'run']) chownSync(join(folder, name), uid, uid);
      layAccounts();
      const libraries = await bring();
      const log = openSync(join(folder, 'log'), 'a');
      const begin = ['--mount', 'sh', '-ec', BEGIN, 'sh', folder, String(uid), libraries];
      // Each program takes the place of the one before: the process is the engine's first.
      const child = spawn('unshare', begin, { detached: true, stdio: ['ignore', log, log] });
      closeSync(log);
      child.on('error', () => undefined);
      child.unref();
      pid = child.pid;
      await waitFor('the rootless engine', async () => {
        if (pid === undefined || !alive(pid)) {
          throw new Error(readFileSync(join(folder, 'log'), 'utf8').slice(-2000));
        }
        return (await runProgram(['docker', '--host', address, 'version'])).status === 0;
      });
    },
    takeImages: (rig, names) => takeImages(address, rig, names),
    remove: async () => {
      const first = pid;
      if (first !== undefined && alive(first)) {
        const ids = await runProgram(['docker', '--host', address, 'ps', '--all', '--quiet']);
        const all = ids.stdout.split('\n').filter((id) => id !== '');
        if (all.length > 0) await runProgram(['docker', '--host', address, 'rm', '-f', ...all]);
        process.kill(first, 'SIGTERM');
        await waitFor('the end of the rootless engine', () => !alive(first));
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
