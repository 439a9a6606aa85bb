import type { Failure } from '../../events/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Execution } from '../../ports/engine-containers.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { HELD_STATUS, holdArgv } from './scripts.ts';

/** A module's process that is held in its debugger. */
export interface Hold {
  /** Resolves when it is held no longer, whoever ended it. */
  readonly ended: Promise<'ended'>;
  /** The process is started as ever. */
  release(): Promise<void>;
}

const RELEASE_LIMIT_MS = 5_000;

/** Starts the process anew with that command, until it is released or this program ends. */
export async function hold(
  { service, containerId }: { readonly service: string; readonly containerId: string },
  command: string,
  { engine, clock }: { readonly engine: Pick<Engine, 'exec'>; readonly clock: Clock },
): Promise<Result<Hold, Failure>> {
  const started = await engine.exec(containerId, { argv: holdArgv(command), stdin: true });
  if (!started.ok) return started;
  const execution = started.value;
  execution.stream.on('error', () => undefined);
  const said = await firstWords(execution);
  if (!said.held) {
    return fail(refused(service, await execution.exited, said.words));
  }
  const ended = execution.exited.then(() => 'ended' as const);
  return ok({
    ended,
    release: async () => {
      execution.stream.end();
      const late = new AbortController();
      const limit = clock.sleep(RELEASE_LIMIT_MS, late.signal).catch(() => undefined);
      await Promise.race([ended, limit]);
      late.abort();
      execution.stream.destroy();
    },
  });
}

function firstWords({
  stdout,
  stderr,
}: Execution): Promise<{ readonly held: boolean; readonly words: string }> {
  let words = '';
  return new Promise((resolve) => {
    const add = (chunk: Buffer): void => {
      words += chunk.toString('utf8');
      if (/^held$/m.test(words)) resolve({ held: true, words });
    };
    stdout.on('data', add);
    stderr.on('data', add);
    stdout.once('end', () => resolve({ held: false, words }));
  });
}

export function heldAlready(service: string): Failure {
  return {
    reason: 'locked',
    what: `${service} is in its debugger already`,
    why: 'another dev debug holds it',
    cure: 'Attach where that one says, or end it',
  };
}

function refused(service: string, status: number, words: string): Failure {
  if (status === HELD_STATUS) return heldAlready(service);
  const why = words.trim();
  return {
    reason: 'service',
    what: `the process of ${service} could not be started in its debugger`,
    ...(why !== '' && { why }),
    cure: `dev shell ${service}`,
  };
}
