import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';

export interface InstallsParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  /** What had to be installed is, or could not be: its modules go on with what there is. */
  readonly onDone: (modules: ReadonlySet<string>) => void;
}

/**
 * Modules whose lockfile changed, from its save until the plan that installs their dependencies
 * anew is carried out or given up.
 */
export function createInstalls({ bus, clock, onDone }: InstallsParts) {
  /** Since when each waits, in epoch milliseconds. */
  const waiting = new Map<string, number>();

  bus.subscribe((event) => {
    if (event.kind === 'plan' && !/^(?:applying|waiting)/.test(event.state)) {
      finish(event.state === 'failed' ? event.failures : undefined);
    }
    if (event.kind === 'problem' && event.key === 'definition') finish(event.failures);
  });

  function finish(failures: readonly Failure[] | undefined): void {
    if (waiting.size === 0) return;
    // A service that is not well has nothing to do with its dependencies.
    const failure = failures?.find(({ reason }) => reason !== 'service');
    for (const [module, since] of waiting) {
      const durationMs = clock.now() - since;
      const why = failure === undefined ? {} : { failure };
      bus.emit({ kind: 'install-finished', module, durationMs, ...why });
    }
    const modules = new Set(waiting.keys());
    waiting.clear();
    onDone(modules);
  }

  return {
    start: (module: string, cause: string): void => {
      if (waiting.has(module)) return;
      waiting.set(module, clock.now());
      bus.emit({ kind: 'install-started', module, cause });
    },
  };
}
