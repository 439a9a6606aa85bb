import type { Clock } from '../ports/clock.ts';
import { affectedModules } from '../watch/affected.ts';
import type { CheckedModule } from './check-loop.ts';
import type { Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import { createOutdated } from './outdated.ts';
import { restartedAtOnce } from './restart-rules.ts';
import { dueChecks, editedChecks, switchedOn } from './switched-on.ts';
import type { ChecksByModule } from './switched-on.ts';

export interface CatchUpParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly checkable: () => readonly CheckedModule[];
  /** Whether a module's container runs. */
  readonly runs: (module: string) => boolean;
  /** Checks of this module are to run when its container starts. */
  readonly runLater: (module: string) => void;
  /** Asks for these checks; gives the save that they carry. */
  readonly ask: (own: ReadonlySet<string>, checks: ChecksByModule) => number;
  readonly restart: (services: readonly string[], save: number, cause: string) => void;
}

export interface CatchUp {
  /** Files of modules changed: of those that are watched, and of those that are not. */
  changed(watched: Iterable<string>, unwatched: Iterable<string>): void;
  /** Another definition: runs what it switched on and is out of date, and checks with a new command. */
  redefined(before: Loaded, now: Loaded): void;
}

/** A check, a module or watching that is switched on has missed nothing. */
export function createCatchUp(parts: CatchUpParts): CatchUp {
  const { bus, clock, checkable } = parts;
  const outdated = createOutdated(bus, clock);
  /** Modules that changed while they were not watched: what runs of them may be old. */
  const unseen = new Set<string>();

  function redefined(before: Loaded, now: Loaded): void {
    const edited = editedChecks(before, now);
    for (const { module, check } of edited) outdated.mark([module], check);
    const { modules, watched } = switchedOn(before, now);
    const own = new Set([...modules, ...edited.map(({ module }) => module)]);
    const due = [...dueChecks(now, own, (module, check) => outdated.has(module, check))];
    // A module that was off has no container yet; with it comes the turn of what uses it, too.
    const absent = due.map(([name]) => name).filter((name) => !parts.runs(name));
    for (const name of absent) parts.runLater(name);
    const later = affectedModules(checkable(), new Set(absent));
    const ready = new Map(due.filter(([name]) => !later.includes(name)));
    const save = ready.size === 0 ? 0 : parts.ask(own, ready);
    const seen = new Set([...watched].filter((name) => unseen.delete(name)));
    const old = restartedAtOnce(checkable(), affectedModules(checkable(), seen));
    parts.restart(old, save, 'restarted: watched again');
  }

  return {
    changed: (watched, unwatched) => {
      for (const name of unwatched) unseen.add(name);
      outdated.mark(affectedModules(checkable(), new Set([...watched, ...unwatched])));
    },
    redefined,
  };
}
