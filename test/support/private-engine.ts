import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './own-run.ts';
import { alive } from './alive.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import type { Outcome } from './run-program.ts';
import type { Authority } from './test-authority.ts';
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
  /** Where it listens with TLS, for those who have a certificate of its authority: `127.0.0.1:40123`. */
  listenWithTls(): Promise<{ readonly address: string; readonly close: () => void }>;
  /** Copies base images of these names, which the machine's engine builds first where it lacks them. */
  takeImages(rig: Rig, names: readonly string[]): Promise<void>;
  /** Removes everything: containers, networks, processes, mounts, files. */
  remove(): Promise<void>;
}

/** Why there can be no private engine here; undefined where there can. */
export const NO_PRIVATE_ENGINE =
  process.getuid?.() === 0 ? undefined : 'only root can start an engine of its own';

/** In its own network, on the loopback of which nothing else is. */
const TLS_PORT = 2376;

/**
 * Makes nothing yet: `start` does.
 * @param authority where it is to listen with TLS as well.
 */
export function privateEngine(authority?: Authority): PrivateEngine {
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
    const tls = authority === undefined ? [] : tlsArguments(folder, authority);
    const begin = ['sh', '-c', 'ip link set lo up; exec dockerd "$@"', 'sh'];
    const program = tls.length === 0 ? ['dockerd'] : begin;
    const child = spawn('unshare', ['--net', ...program, ...engineArguments(folder), ...tls], {
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
    listenWithTls: async () => {
      // From this machine's loopback into that of the engine's network, byte for byte.
      const script = 'exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0; cat <&4 >&3 & cat <&3; kill $!';
      const inside = [`--net=/proc/${String(pid)}/ns/net`, 'bash', '-c', script, 'bash'];
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        const relay = spawn('nsenter', [...inside, String(TLS_PORT)], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        for (const stream of [socket, relay.stdin, relay.stdout])
          stream.on('error', () => undefined);
        socket.pipe(relay.stdin);
        relay.stdout.pipe(socket);
        relay.on('error', () => socket.destroy());
        socket.on('close', () => relay.kill('SIGKILL'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { address: `127.0.0.1:${String(port)}`, close: () => void server.close() };
    },
    takeImages: (rig, names) => takeImages(environment.DOCKER_HOST, rig, names),
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

/** Copies base images of these names into another engine; the machine's builds first what it lacks. */
export async function takeImages(
  address: string,
  rig: Rig,
  names: readonly string[],
): Promise<void> {
  // The machine's engine, not the other one.
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
  const loaded = await runProgram(['sh', '-c', pipe, 'sh', address, ...references]);
  if (loaded.status !== 0) throw new Error(loaded.stderr);
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

function tlsArguments(folder: string, authority: Authority): readonly string[] {
  const { ca, certificate, key } = authority;
  const files = { tlscacert: ca, tlscert: certificate, tlskey: key };
  const options = Object.entries(files).map(([name, pem]) => {
    writeFileSync(join(folder, name), pem, { mode: 0o600 });
    return `--${name}=${folder}/${name}`;
  });
  return ['--host', `tcp://127.0.0.1:${String(TLS_PORT)}`, '--tlsverify', ...options];
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
