import { CHECK_KINDS } from '../model/checks.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';

/** Which checks have not seen what the files are now. */
export interface Outdated {
  /** Files of these modules, or of what they use, changed; `only`: the command of this check did. */
  mark(modules: Iterable<string>, only?: CheckKind): void;
  /** Whether the check's last result is of older files, and no run is under way that will tell. */
  has(module: string, check: CheckKind): boolean;
}

/**
 * Remembers what changed, whether anybody wanted to know or not: a check or the watching that is
 * switched off is told of it when it is switched on.
 */
export function createOutdated(bus: EventBus, clock: Clock): Outdated {
  /** `module.check` → epoch milliseconds of the last change that no finished run has seen. */
  const marks = new Map<string, number>();
  /** Of the runs that have not ended: epoch milliseconds of their starts. */
  const starts = new Map<number, number>();

  bus.subscribe((event) => {
    if (event.kind === 'check-started') starts.set(event.run, event.at);
    if (event.kind !== 'check-finished' && event.kind !== 'check-cancelled') return;
    const key = keyOf(event.module, event.check);
    const from = starts.get(event.run) ?? event.at - event.durationMs;
    starts.delete(event.run);
    const isAnswer =
      event.kind === 'check-finished'
        ? event.outcome !== 'not-run' && (marks.get(key) ?? 0) <= from
        : // The compile that did not pass is the answer for all that it holds up.
          event.reason === 'dependency-failed';
    if (isAnswer) marks.delete(key);
  });

  return {
    mark: (modules, only) => {
      for (const module of modules) {
        for (const check of only === undefined ? CHECK_KINDS : [only]) {
          marks.set(keyOf(module, check), clock.now());
        }
      }
    },
    has: (module, check) => {
      const changedAt = marks.get(keyOf(module, check));
      if (changedAt === undefined) return false;
      const { queued, running } = stateOf(bus, module, check) ?? {};
      return queued === undefined && !(running !== undefined && running.since >= changedAt);
    },
  };
}

const keyOf = (module: string, check: CheckKind): string => `${module}.${check}`;

const stateOf = ({ state }: EventBus, module: string, check: CheckKind) =>
  state.modules.find(({ name }) => name === module)?.checks.find((one) => one.check === check);
