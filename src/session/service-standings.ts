import { isYoung, standingOf, worstOf, type Standing } from '../engine/standing.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import {
  rowChanges,
  type RowChange,
  type ServiceRow,
  type ServiceRows,
} from './service-listing.ts';

/** Between looks at one that was started again and again, until it has run for long enough. */
const STEADY_LOOK_MS = 1_000;

export interface ServiceStandings {
  /** How each service stands, by the worst of its containers. */
  rows(containers: readonly ContainerSummary[]): Promise<StandingRows>;
  /** Its process ended: what was found out about it holds no longer. */
  ended(containerId: string): void;
}

interface StandingRows {
  readonly rows: ServiceRows;
  /** No event will tell that one of them has run for long enough: it has to be looked at again. */
  readonly isUncertain: boolean;
}

/**
 * Asks the engine about a container's past only where that may have changed.
 * @param mayEnd whether a service is done when it ends with 0.
 */
export function createServiceStandings(
  engine: Pick<Engine, 'inspect'>,
  mayEnd: (service: string) => boolean = () => true,
): ServiceStandings {
  let known = new Map<string, { readonly listed: string; readonly state: Standing['state'] }>();

  async function row(one: ContainerSummary): Promise<ServiceRow> {
    const before = known.get(one.id);
    // Short runs of one that was started again and again become long ones by time alone.
    const holds = before?.listed === one.state && before.state !== 'restarting';
    if (holds) return { ...one, state: before.state };
    const { state } = await standingOf(one, engine, one.state !== 'exited' || mayEnd(one.service));
    return { ...one, state };
  }

  return {
    rows: async (containers) => {
      const rows = await Promise.all(containers.map(row));
      known = new Map(
        rows.map(({ id, state }, index) => [id, { listed: containers[index]?.state ?? '', state }]),
      );
      const services = new Set(containers.map(({ service }) => service));
      const worst = [...services].flatMap((service) => {
        const found = worstOf(rows.filter((one) => one.service === service));
        return found === undefined ? [] : [[service, found] as const];
      });
      const isUncertain = containers.some(
        (one, index) => isYoung(one) && rows[index]?.state === 'restarting',
      );
      return { rows: new Map(worst), isUncertain };
    },
    ended: (containerId) => {
      known.delete(containerId);
    },
  };
}

export interface RowKeeper {
  /** Compares with what was told last, and tells what is otherwise. */
  keep(containers: readonly ContainerSummary[]): Promise<void>;
  /** Its process ended. */
  ended(containerId: string): void;
  /** Nothing is known any more; with `forGood`, nothing is looked at again either. */
  forget(forGood?: boolean): void;
}

/** Tells how services stand, when that changed; sees to it that time alone is noticed, too. */
export function createRowKeeper({
  engine,
  clock,
  tell,
  refresh,
  mayEnd,
}: {
  readonly engine: Pick<Engine, 'inspect'>;
  readonly clock: Clock;
  readonly tell: (change: RowChange) => void;
  readonly refresh: () => Promise<unknown>;
  readonly mayEnd?: ((service: string) => boolean) | undefined;
}): RowKeeper {
  const standings = createServiceStandings(engine, mayEnd);
  let told: ServiceRows = new Map();
  let isOver = false;
  let wait = new AbortController();

  function lookAgain(): void {
    if (isOver) return;
    wait = new AbortController();
    void clock.sleep(STEADY_LOOK_MS, wait.signal).then(refresh, () => undefined);
  }

  return {
    keep: async (containers) => {
      const { rows, isUncertain } = await standings.rows(containers);
      for (const change of rowChanges(told, rows)) tell(change);
      told = rows;
      wait.abort();
      if (isUncertain) lookAgain();
    },
    ended: (containerId) => standings.ended(containerId),
    forget: (forGood = false) => {
      told = new Map();
      isOver ||= forGood;
      wait.abort();
    },
  };
}
