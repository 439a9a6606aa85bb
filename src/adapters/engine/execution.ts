import type Docker from 'dockerode';
import { PassThrough, type Duplex } from 'node:stream';
import type { ExecOptions, Execution } from '../../ports/engine.ts';
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
      exec.inspect().then(
        (info) => resolve(info.ExitCode ?? 255),
        // The container or the engine went away under it.
        () => resolve(255),
      );
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
