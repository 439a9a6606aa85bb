import type { Failure } from '../events/failure.ts';
import type { Standing } from '../engine/standing.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Happening } from './event-bus.ts';

/** By service: its container that runs, if one does, as the engine lists it. */
export type ServiceListing = ReadonlyMap<string, ContainerSummary>;

/** By service: the container that speaks for it, and how it stands. */
export type ServiceRows = ReadonlyMap<string, ServiceRow>;
export type ServiceRow = Omit<ContainerSummary, 'state'> & { readonly state: Standing['state'] };

/** What is otherwise in a listing than in the one before it. */
export interface ListingChange {
  /** As they were: they ran, and do not any more. */
  readonly ended: readonly ContainerSummary[];
  /** As they are: they run, and did not before. */
  readonly started: readonly ContainerSummary[];
}

/** A row that says something else. */
export interface RowChange {
  readonly before: ServiceRow | undefined;
  readonly current: ServiceRow;
}

/** By service: of several containers one that runs, as work is done in it. */
export function inWork(containers: readonly ContainerSummary[]): ServiceListing {
  const runs = (one: ContainerSummary): boolean => one.state === 'running';
  const lastCounts = [...containers.filter((one) => !runs(one)), ...containers.filter(runs)];
  return new Map(lastCounts.map((one) => [one.service, one]));
}

/** What changed from one listing to the next. */
export function listingChange(before: ServiceListing, now: ServiceListing): ListingChange {
  const runs = (container: ContainerSummary | undefined, id: string): boolean =>
    container?.id === id && container.state === 'running';
  const rows = [...now].map(([service, current]) => ({ before: before.get(service), current }));
  return {
    ended: [...before].flatMap(([service, one]) =>
      one.state === 'running' && !runs(now.get(service), one.id) ? one : [],
    ),
    started: rows.flatMap((row) =>
      row.current.state === 'running' && !runs(row.before, row.current.id) ? row.current : [],
    ),
  };
}

/** The rows that say something else than before. */
export function rowChanges(before: ServiceRows, now: ServiceRows): readonly RowChange[] {
  return [...now]
    .map(([service, current]) => ({ before: before.get(service), current }))
    .filter(
      (row) => !isSameState(row.before, row.current) || row.before?.health !== row.current.health,
    );
}

function isSameState(before: ServiceRow | undefined, current: ServiceRow): boolean {
  return before?.id === current.id && before.state === current.state;
}

/**
 * What is told of a container whose row says something else.
 * @param knownSince since when the state was said to be what it was, epoch milliseconds
 */
export function serviceState(
  { before, current }: RowChange,
  {
    now,
    knownSince,
    cause,
  }: {
    readonly now: number;
    readonly knownSince: number | undefined;
    readonly cause: string | undefined;
  },
): Happening {
  const { service, state, health } = current;
  return {
    kind: 'service-state',
    ...{ service, state, health },
    since: sinceOf({ before, current }, now, knownSince),
    ...(cause === undefined ? {} : { cause }),
    ...exitStatusOf(current),
    ports: current.ports.map(
      (port) => `${port.hostAddress}:${port.hostPort}→${port.containerPort}/${port.protocol}`,
    ),
  };
}

/** One that is seen for the first time may be old already. */
function sinceOf({ before, current }: RowChange, now: number, known: number | undefined): number {
  if (before === undefined) return now - ageOf(current.status);
  return isSameState(before, current) ? (known ?? now) : now;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 },
  ...{ month: 2_592_000_000, year: 31_536_000_000 },
};

/** `Up About a minute (healthy)`, `Exited (0) 2 weeks ago` → milliseconds, as exactly as the engine says it. */
function ageOf(status: string): number {
  const age = /^(?:Up|Exited \(\d+\)) (?:About )?(an?|\d+) ([a-z]+?)s?\b/.exec(status);
  const [, count = '', unit = ''] = age ?? [];
  return (/^\d/.test(count) ? Number(count) : 1) * (UNIT_MS[unit] ?? 0);
}

/** Why nothing can be done in a service's container. */
export function notRunning(name: string, container: ContainerSummary | undefined): Failure {
  return {
    reason: 'check',
    what: `the container of ${name} is not running`,
    why: container === undefined ? 'there is none' : endOf(container),
    cure: `dev up ${name}`,
  };
}

function endOf(container: ContainerSummary): string {
  const { exitStatus } = exitStatusOf(container);
  return exitStatus === undefined
    ? `it is ${container.state}`
    : `it ended with exit status ${exitStatus}`;
}

/** `Exited (137) 2 seconds ago` → 137. */
function exitStatusOf({ status }: Pick<ContainerSummary, 'status'>): {
  readonly exitStatus?: number;
} {
  const number = /^Exited \((\d+)\)/.exec(status)?.[1];
  return number === undefined ? {} : { exitStatus: Number(number) };
}
