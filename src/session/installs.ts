import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';

export interface InstallsParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  /** What had to be installed is, or could not be: its modules go on with what there is. */
  readonly onDone: (modules: ReadonlySet<string>) => void;
}

/** A module that waits for its dependencies. */
interface Waiting {
  /** Epoch milliseconds. */
  readonly since: number;
  /** The save of its lockfile: a plan for an older one does not install it. */
  readonly save: number;
}

/**
 * Modules whose lockfile changed, from its save until the plan that installs their dependencies
 * anew is carried out or given up.
 */
export function createInstalls({ bus, clock, onDone }: InstallsParts) {
  const waiting = new Map<string, Waiting>();
  /** Those that were checked with what there was: the next plan that succeeds installs theirs. */
  const owed = new Set<string>();

  bus.subscribe((event) => {
    if (event.kind === 'problem' && event.key === 'definition') {
      finish(takeWaiting(event.save), event.failures, 'owed');
    }
    if (event.kind !== 'plan' || /^(?:applying|waiting)/.test(event.state)) return;
    const modules = takeWaiting(event.save);
    if (event.state === 'applied' || event.state === 'empty') finish(modules, undefined, 'done');
    else finish(modules, event.state === 'failed' ? event.failures : undefined, 'owed');
  });

  /** @param save of the plan that has ended */
  function takeWaiting(save: number): ReadonlyMap<string, Waiting> {
    const taken = new Map([...waiting].filter(([, one]) => one.save <= save));
    for (const module of taken.keys()) waiting.delete(module);
    return taken;
  }

  function finish(
    modules: ReadonlyMap<string, Waiting>,
    failures: readonly Failure[] | undefined,
    rest: 'done' | 'owed',
  ): void {
    // A service that is not well has nothing to do with its dependencies.
    const failure = failures?.find(({ reason }) => reason !== 'service');
    for (const [module, { since }] of modules) {
      const durationMs = clock.steady() - since;
      const why = failure === undefined ? {} : { failure };
      bus.emit({ kind: 'install-finished', module, durationMs, ...why });
    }
    const checked = new Set([...modules.keys(), ...(rest === 'done' ? owed : [])]);
    if (rest === 'done') owed.clear();
    else for (const module of modules.keys()) owed.add(module);
    if (checked.size > 0) onDone(checked);
  }

  return {
    start: (module: string, cause: string, save: number): void => {
      const since = waiting.get(module)?.since ?? clock.steady();
      const isNew = !waiting.has(module);
      waiting.set(module, { since, save });
      if (isNew) bus.emit({ kind: 'install-started', module, cause });
    },
  };
}

export type Installs = ReturnType<typeof createInstalls>;
