import type { Failure } from '../events/failure.ts';
import type { ContainerState, ContainerSummary, LogLine } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { logMatches } from '../util/log-record-text.ts';
import { mergeSorted } from '../util/merge-sorted.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import { UnkeptLog } from '../ports/unkept-log.ts';
import type { Clock } from '../ports/clock.ts';
import { followOn, type Onward } from './logs/follow-on.ts';
import { LineGroups, type GroupedLine } from './logs/line-groups.ts';
import { Turns } from './logs/turns.ts';

/** A log line of one service. */
export interface ServiceLogLine extends LogLine {
  readonly service: string;
  /** The container's number when the service has several. */
  readonly replica?: number;
}

export interface LogsRequest {
  readonly containers: readonly ContainerSummary[];
  readonly follow: boolean;
  /** Lines of each service to start with; all when undefined. */
  readonly tail: number | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs?: number;
  /** Only lines that match, as they came or as they are shown; a stack trace goes with its line. */
  readonly grep: RegExp | undefined;
  /** Follows over restarts, and what comes besides or in the place of others; without it each log to its end. */
  readonly onward?: Onward;
  /** What a line is shown as besides: with the places that compiled files were made from. */
  readonly inSources?: (text: string) => string;
}

function replicaOf(
  container: ContainerSummary,
  all: readonly ContainerSummary[],
): number | undefined {
  const siblings = all.filter(({ service }) => service === container.service);
  if (siblings.length < 2) return undefined;
  return Number(container.labels[COMPOSE_LABELS.number] ?? 1);
}

/** Where the reading of a container's log has got to: what comes next begins behind it. */
interface Place {
  /** Time of the last line, and the lines of that very millisecond. */
  lastMs: number | undefined;
  texts: string[];
}

async function* linesOf(
  engine: Pick<Engine, 'logs'>,
  container: ContainerSummary,
  request: LogsRequest,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<GroupedLine<ServiceLogLine>> {
  const { grep, inSources = (text: string) => text } = request;
  const groups = new LineGroups<ServiceLogLine>(
    (text) => grep === undefined || logMatches(text, grep) || logMatches(inSources(text), grep),
  );
  const replica = replicaOf(container, request.containers);
  const { lastMs } = place;
  const known = [...place.texts];
  const sinceMs = lastMs ?? request.sinceMs;
  let met = 0;
  const lines = engine.logs(container.id, {
    follow: request.follow,
    signal,
    ...(request.tail !== undefined && lastMs === undefined && { tail: request.tail }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(request.untilMs !== undefined && { untilMs: request.untilMs }),
  });
  for await (const line of lines) {
    // The engine begins with that millisecond's first line: all up to the last known one is known.
    if (met < known.length && line.atMs === lastMs) {
      if (line.text === known[met]) met += 1;
      continue;
    }
    if (line.atMs !== place.lastMs) [place.lastMs, place.texts] = [line.atMs, []];
    place.texts.push(line.text);
    const own = { service: container.service, ...(replica !== undefined && { replica }) };
    yield* groups.take({ ...line, ...own });
  }
}

/** Why the log of a service cannot be read. */
export function unreadable(
  { service }: Pick<ContainerSummary, 'service'>,
  error: unknown,
): Failure {
  return {
    reason: 'service',
    what: `the log of ${service} cannot be read`,
    why: error instanceof Error ? error.message : String(error),
    cure:
      error instanceof UnkeptLog
        ? 'Take its `logging:` away, or name json-file or local there'
        : 'See its `logging:` (dev config), and whether it still runs (dev status)',
  };
}

/** Gives what it reads until it fails, and then says why. */
async function* untilFailure<T>(
  lines: AsyncIterable<T>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<T> {
  try {
    yield* lines;
  } catch (error) {
    onFailure(error);
  }
}

/** What of a container goes on, so that its log does. */
const RUNS: ReadonlySet<ContainerState> = new Set(['running', 'paused', 'restarting']);

interface LogsWorld {
  readonly engine: Pick<Engine, 'logs'>;
  readonly clock: Clock;
}

/** May ask for time: until where it goes has room again. */
export type OnLine = (line: ServiceLogLine) => void | Promise<void>;

/**
 * Hands out the lines of several services: first what there is, in the order of time, then (with
 * `follow`) new ones as they come, until the signal is aborted or nothing is left to follow; a stack
 * trace in one piece. However much there is, only a line of each service is held, and with `grep` one
 * stack trace.
 * @returns the logs that could not be read, or not to their end.
 */
export async function followLogs(
  { engine, clock }: LogsWorld,
  request: LogsRequest,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const failures = new Map<string, Failure>();
  const places = new Map<string, Place>();
  let known = request.containers;
  const read = (
    container: ContainerSummary,
    follow: boolean,
    until: AbortSignal,
  ): AsyncGenerator<GroupedLine<ServiceLogLine>> => {
    // One that came later is read from its beginning.
    const place = places.get(container.id) ?? { lastMs: undefined, texts: [] };
    const isFirst = request.containers.some(({ id }) => id === container.id);
    places.set(container.id, place);
    failures.delete(container.id);
    const own = { ...request, containers: known, follow, ...(!isFirst && { tail: undefined }) };
    return untilFailure(linesOf(engine, container, own, place, until), (error) => {
      failures.set(container.id, unreadable(container, error));
    });
  };
  const past = request.containers.map((container) => read(container, false, signal));
  for await (const { line } of mergeSorted(past, ({ headMs }) => headMs)) await onLine(line);
  if (!request.follow) return [...failures.values()];
  const turns = new Turns(clock);
  const follow = async (container: ContainerSummary, until: AbortSignal): Promise<boolean> => {
    for await (const { line, isHead } of read(container, true, until)) {
      await turns.take(container, isHead);
      await onLine(line);
      turns.written();
    }
    turns.leave(container);
    return !failures.has(container.id);
  };
  const first = request.containers.filter(({ id }) => !failures.has(id));
  const { onward } = request;
  if (onward === undefined || !first.some(({ state }) => RUNS.has(state))) {
    await Promise.all(first.map((container) => follow(container, signal)));
    return [...failures.values()];
  }
  const list = async (): Promise<readonly ContainerSummary[]> => {
    const listed = await onward.list();
    if (listed.ok) known = listed.value;
    return listed.ok ? known : [];
  };
  await followOn({ first, list, events: onward.events, read: follow }, clock, signal);
  return [...failures.values()];
}
