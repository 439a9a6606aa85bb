import type { Clock } from '../../ports/clock.ts';
import type { Answer, EngineEvent } from '../../ports/engine.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';

/** How it is found out what there is to follow, as time goes on. */
export interface Onward {
  /** Containers that are wanted, as they are now. */
  readonly list: () => Answer<readonly ContainerSummary[]>;
  /** What happens to the project's containers. */
  readonly events: (signal: AbortSignal) => AsyncIterable<Pick<EngineEvent, 'action'>>;
}

interface FollowOnRequest extends Pick<Onward, 'events'> {
  readonly first: readonly ContainerSummary[];
  /** None where the engine does not say. */
  readonly list: () => Promise<readonly ContainerSummary[]>;
  /** Reads one's log to its end. @returns whether it could be read. */
  readonly read: (container: ContainerSummary, signal: AbortSignal) => Promise<boolean>;
}

/** Nothing that was followed has run for so long: no restart takes it, and no container that is made anew. */
const GONE_MS = 10_000;
/** Between the end of a log and what the list says of its container. */
const SETTLE_MS = 200;

/**
 * Follows logs over restarts of their containers, and over others that take their place or come besides. Ends
 * with the signal, or when nothing is left to follow.
 */
export async function followOn(
  { first, list, events, read }: FollowOnRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const readings = new Map<string, Promise<void>>();
  const unreadable = new Set<string>();
  let ends = 0;

  function begin(container: ContainerSummary): void {
    const { id } = container;
    if (until.aborted || readings.has(id) || unreadable.has(id)) return;
    const reading = read(container, until).then((isRead) => {
      readings.delete(id);
      if (!isRead) unreadable.add(id);
    });
    readings.set(id, reading);
    void reading.then(afterEnd);
  }

  /** @returns whether something is about to run again. */
  async function look(): Promise<boolean> {
    const listed = await list();
    for (const one of listed) if (one.state === 'running') begin(one);
    return listed.some(({ state }) => state === 'restarting');
  }

  /** Something else may have ended since, and is waited for then. */
  async function afterEnd(): Promise<void> {
    ends += 1;
    const end = ends;
    const isLast = (): boolean => readings.size === 0 && end === ends;
    try {
      await clock.sleep(SETTLE_MS, until);
      let returns = await look();
      while (isLast()) {
        await clock.sleep(GONE_MS, until);
        const wasToReturn = returns;
        returns = await look();
        if (isLast() && !returns && !wasToReturn) over.abort();
      }
    } catch {
      // It is over.
    }
  }

  async function lookAtStarts(): Promise<void> {
    try {
      for await (const { action } of events(until)) if (action === 'start') await look();
    } catch {
      // The engine has gone, and all logs end with it.
    }
  }

  for (const container of first) begin(container);
  const starts = lookAtStarts();
  await new Promise((resolve) => {
    if (until.aborted) resolve(undefined);
    until.addEventListener('abort', resolve, { once: true });
  });
  await Promise.all([...readings.values(), starts]);
}
