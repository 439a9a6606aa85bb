import type Docker from 'dockerode';
import { PassThrough, type Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { ExecOptions, Execution } from '../../ports/engine-containers.ts';
import { FrameReader } from './streams.ts';

/**
 * Takes a multiplexed stream apart into two. When nobody reads one of them, the source is paused,
 * so that a flood costs no memory.
 */
function demultiplex(source: Duplex, stdout: PassThrough, stderr: PassThrough): void {
  const frames = new FrameReader();
  const targets = { stdout, stderr };
  source.on('data', (chunk: Buffer) => {
    for (const { stream, payload } of frames.add(chunk)) {
      const target = targets[stream];
      if (!target.write(payload) && !source.isPaused()) {
        source.pause();
        target.once('drain', () => source.resume());
      }
    }
  });
}

const UNKNOWN_STATUS = 255;
/** The engine closes a process's streams a moment before it notes how it ended. */
const NOTED_TRIES = 40;
const NOTED_MS = 25;

async function exitStatus(exec: Docker.Exec): Promise<number> {
  for (let tries = 0; tries < NOTED_TRIES; tries += 1) {
    const { ExitCode: status, Running: running } = await exec.inspect();
    if (status !== null && !running) return status;
    await setTimeout(NOTED_MS);
  }
  // We have left it, and it goes on.
  return UNKNOWN_STATUS;
}

/** Starts a process in a running container and hands out its streams. */
export async function startExecution(
  container: Docker.Container,
  options: ExecOptions,
): Promise<Execution> {
  const tty = options.tty ?? false;
  const exec = await container.exec({
    Cmd: [...options.argv],
    AttachStdin: options.stdin ?? false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
    ...(options.privileged === true && { Privileged: true }),
    ...(options.user !== undefined && { User: options.user }),
    ...(options.workingDirectory !== undefined && { WorkingDir: options.workingDirectory }),
    ...(options.environment !== undefined && {
      Env: Object.entries(options.environment).map(([name, value]) => `${name}=${value}`),
    }),
  });
  const stream = await exec.start({ hijack: true, stdin: options.stdin ?? false, Tty: tty });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  if (tty) stream.pipe(stdout);
  else demultiplex(stream, stdout, stderr);

  const resize = async (columns: number, rows: number): Promise<void> => {
    // The process may have ended a moment ago; then there is nothing to resize.
    await exec.resize({ w: columns, h: rows }).catch(() => undefined);
  };
  // Listened to before anything is waited for: a process may have ended by then.
  const exited = new Promise<number>((resolve) => {
    const finish = (): void => {
      stdout.end();
      stderr.end();
      // The container or the engine may have gone away under it.
      exitStatus(exec).then(resolve, () => resolve(UNKNOWN_STATUS));
    };
    stream.once('end', finish);
    stream.once('error', finish);
    stream.once('close', finish);
  });
  if (tty && options.columns !== undefined && options.rows !== undefined) {
    await resize(options.columns, options.rows);
  }
  return { id: exec.id, stream, stdout, stderr, resize, exited };
}
