import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineEvent } from '../ports/engine.ts';
import type { Result } from '../util/result.ts';

/** Between attempts to reach an engine that went away. */
const RECONNECT_MS = 1_000;

/** Events that change what a container's row says: not those of the health checks that stay as they are. */
const TELLING = [
  ...['create', 'start', 'restart', 'die', 'stop', 'kill', 'oom', 'pause', 'unpause', 'destroy'],
  'health_status',
];

export interface EngineStreamParts {
  readonly engine: Pick<Engine, 'time' | 'events'>;
  readonly clock: Clock;
  /** Compose project name. */
  readonly instance: string;
  /** Looks at the engine; fails where it does not answer. */
  readonly refresh: () => Promise<Result<void, Failure>>;
  readonly onDeath: (event: EngineEvent) => void;
  /** A stream has ended, by itself or by `cut`: the engine may be another one by now. */
  readonly onEnd: () => void;
}

export interface EngineStream {
  /** Until the signal is aborted; over restarts of the engine, too. */
  follow(signal: AbortSignal): Promise<void>;
  /** Ends the stream that is open. */
  cut(): void;
}

/** By its own clock: were ours ahead, what happens while a stream of events opens would be missed. */
async function timeOf(engine: Pick<Engine, 'time'>): Promise<number | undefined> {
  const time = await engine.time();
  return time.ok ? time.value : undefined;
}

/** Follows what the engine tells of one project: a look at each event that tells something. */
export function createEngineStream(parts: EngineStreamParts): EngineStream {
  const { engine, clock, instance, refresh, onDeath, onEnd } = parts;
  let open = new AbortController();

  async function read(signal: AbortSignal, sinceMs: number | undefined): Promise<void> {
    try {
      for await (const event of engine.events(instance, signal, { sinceMs, only: TELLING })) {
        if (event.action === 'die') onDeath(event);
        if (TELLING.some((word) => event.action.startsWith(word))) await refresh();
      }
    } catch {
      // Told afterwards, by the look that fails as well.
    }
  }

  return {
    follow: async (signal) => {
      const isOver = (): boolean => signal.aborted;
      while (!isOver()) {
        const sinceMs = await timeOf(engine);
        const listed = await refresh();
        if (listed.ok) {
          open = new AbortController();
          // From before the listing on: nothing that happened meanwhile is missed.
          await read(AbortSignal.any([signal, open.signal]), sinceMs);
          if (isOver()) break;
          onEnd();
          await refresh();
        }
        await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
      }
    },
    cut: () => open.abort(),
  };
}
