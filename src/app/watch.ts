import type { Failure } from '../events/failure.ts';
import type { SessionEvent } from '../events/session-event.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { reduce } from '../state/reduce.ts';
import { EMPTY_STATE } from '../state/session-state.ts';
import type { SessionState } from '../state/session-state.ts';
import { createTurnFinder } from '../state/turns.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { Located } from './project/locate.ts';
import { ensureSession } from './session/ensure-session.ts';

export interface WatchCommandRequest extends Located {
  readonly context: Context;
  /** Whether the checks' output is wanted, too. */
  readonly output: boolean;
}

export interface WatchOutput {
  /** Attached: what is so far. */
  onState(state: SessionState): void;
  onEvent(event: SessionEvent): void;
  onLagged(dropped: number): void;
  /** A module turned from good to bad or back, and the settings want to hear it. */
  onBell(): void;
}

/**
 * Follows the project's session, starting it if there is none, until the signal is aborted or the
 * session ends. Leaving does not end the session.
 */
export async function watch(
  request: WatchCommandRequest,
  world: Pick<World, 'live' | 'clock' | 'host' | 'files' | 'processes'>,
  sink: WatchOutput,
  signal: AbortSignal,
): Promise<Result<'left' | 'ended', Failure>> {
  const session = await ensureSession(request, request.context, world);
  if (!session.ok) return session;
  const findTurns = createTurnFinder();
  let state = EMPTY_STATE;
  void session.value.subscribe({
    output: request.output,
    onSnapshot: (now, dropped) => {
      state = now;
      findTurns(now);
      if (dropped > 0) sink.onLagged(dropped);
      else sink.onState(now);
    },
    onEvent: (event) => {
      state = reduce(state, event);
      sink.onEvent(event);
      if (findTurns(state).length > 0 && state.bell) sink.onBell();
    },
  });
  const left = new Promise<'left'>((resolve) => {
    if (signal.aborted) resolve('left');
    signal.addEventListener('abort', () => resolve('left'), { once: true });
  });
  const how = await Promise.race([left, session.value.closed.then(() => 'ended' as const)]);
  session.value.close();
  return ok(how);
}
