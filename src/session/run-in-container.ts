import type { Failure } from '../events/failure.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';

const SHOWN_LINES = 15;
const KEPT_CHARACTERS = 8_000;
/** A command line takes so many paths. */
const PATHS_AT_ONCE = 1_000;

/** Runs a command in a container to its end. Gives the last of its output; fails with its last lines. */
export async function runInContainer(
  engine: Pick<Engine, 'exec'>,
  containerId: string,
  options: Parameters<Engine['exec']>[1],
): Promise<Result<string, Failure>> {
  const started = await engine.exec(containerId, options);
  if (!started.ok) return started;
  const { stdout, stderr, exited } = started.value;
  let output = '';
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
    });
  }
  const status = await exited;
  if (status === 0) return ok(output);
  return fail({
    reason: 'service',
    what: `${options.argv.slice(0, 4).join(' ')} ended with exit status ${status}`,
    detail: output.trimEnd().split('\n').slice(-SHOWN_LINES),
  });
}

/** As root, who wrote them; a container without `rm` says so. */
export async function removeInContainer(
  engine: Pick<Engine, 'exec'>,
  containerId: string,
  flag: '-f' | '-rf',
  paths: readonly string[],
): Promise<Result<void, Failure>> {
  for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
    const argv = ['rm', flag, '--', ...paths.slice(at, at + PATHS_AT_ONCE)];
    const ended = await runInContainer(engine, containerId, { argv, user: '0' });
    if (!ended.ok) return ended;
  }
  return ok(undefined);
}
