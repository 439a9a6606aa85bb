import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './own-run.ts';
import { alive } from './alive.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import type { Outcome } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/**
 * An engine of a test's own, beside the machine's: it may be killed and started again. It has a
 * network namespace of its own, so it touches neither the machine's bridges nor its firewall, and
 * has no way to the outside world.
 */
export interface PrivateEngine {
  /** What makes programs use it. */
  readonly environment: { readonly DOCKER_HOST: string };
  /** Starts it, again after a kill, and waits until it answers. */
  start(): Promise<void>;
  /** Signals it and waits until the process is gone. Its containers' fate is the engine's affair. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Copies base images of these names, which the machine's engine builds first where it lacks them. */
  takeImages(rig: Rig, names: readonly string[]): Promise<void>;
  /** Removes everything: containers, networks, processes, mounts, files. */
  remove(): Promise<void>;
}

/** Why there can be no private engine here; undefined where there can. */
export const NO_PRIVATE_ENGINE =
  process.getuid?.() === 0 ? undefined : 'only root can start an engine of its own';

/** Makes nothing yet: `start` does. */
export function privateEngine(): PrivateEngine {
  const folder = join(tmpdir(), `${ownName()}-engine`);
  const environment = { DOCKER_HOST: `unix://${folder}/docker.sock` };
  let pid: number | undefined;
  const docker = (...args: readonly string[]): Promise<Outcome> =>
    runProgram(['docker', ...args], { env: environment });
  const ids = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await docker(...args)).stdout.split('\n').filter((line) => line !== '');
  const runs = (): boolean => pid !== undefined && alive(pid);

  async function start(): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A killed one left these. Its containerd went with it, but for ten seconds it is taken for alive.
    for (const left of ['docker.pid', 'exec/containerd/containerd.pid'])
      rmSync(join(folder, left), { force: true });
    const log = openSync(join(folder, 'log'), 'a');
    // Each program takes the place of the one before: the process is the engine.
    const child = spawn('unshare', ['--net', 'dockerd', ...engineArguments(folder)], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.on('error', () => undefined);
    child.unref();
    pid = child.pid;
    await waitFor('the private engine', async () => {
      if (!runs()) throw new Error(readFileSync(join(folder, 'log'), 'utf8').slice(-2000));
      return (await docker('version')).status === 0;
    });
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (pid !== undefined && alive(pid)) process.kill(pid, signal);
    await waitFor('the end of the private engine', () => !runs());
  }

  return {
    environment,
    start,
    end,
    takeImages: async (rig, names) => {
      // The machine's engine, not this one.
      const env = { DOCKER_HOST: process.env['DOCKER_HOST'] };
      const built = await rig.dev(['images', 'build', ...names, '--yes'], { env });
      if (built.status !== 0) throw new Error(built.stderr);
      const listed = await rig.dev(['images', '--json'], { env });
      const { images } = JSON.parse(listed.stdout) as {
        images: readonly { readonly name: string; readonly reference: string }[];
      };
      const wanted = images.filter(({ name }) => names.includes(name));
      const pipe = 'host=$1; shift; docker save "$@" | docker --host "$host" load';
      const references = wanted.map(({ reference }) => reference);
      const argv = ['sh', '-c', pipe, 'sh', environment.DOCKER_HOST, ...references];
      const loaded = await runProgram(argv);
      if (loaded.status !== 0) throw new Error(loaded.stderr);
    },
    remove: async () => {
      if (pid === undefined) return;
      if (!runs()) await start();
      const containers = await ids('ps', '--all', '--quiet');
      if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
      await end('SIGTERM');
      for (const point of mountsBelow(folder)) await runProgram(['umount', '--lazy', point]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function engineArguments(folder: string): readonly string[] {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return [
    ...['--host', `unix://${folder}/docker.sock`, '--pidfile', `${folder}/docker.pid`],
    ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`],
    // Where one containerd serves all engines of a machine, their containers must not mix.
    ...['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}-plugins`],
  ];
}

/** Innermost first. */
function mountsBelow(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
    .sort()
    .reverse();
}
