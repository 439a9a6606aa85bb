import type { AnyRunner } from '../checks/any-runner.ts';
import type { ShellPool } from '../checks/shell-pool.ts';
import { unreachable } from '../util/unreachable.ts';
import type { CatchUp } from './catch-up.ts';
import type { CheckLoop } from './check-loop.ts';
import type { DefinitionFollower } from './definition-follower.ts';
import type { Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import type { Installs } from './installs.ts';
import type { LoopGuard } from './loop-guard.ts';
import { prepareShell } from './prepare-shell.ts';
import type { Restarter } from './restarter.ts';
import { daemonsOf } from './session-modules.ts';
import type { SessionEffect } from './session-input.ts';
import type { SyncLoop } from './sync-loop.ts';

/** The parts of a session, by what they do. */
export interface SessionCrew {
  readonly bus: EventBus;
  readonly pool: ShellPool;
  readonly runner: AnyRunner;
  readonly restarter: Restarter;
  readonly loops: CheckLoop;
  readonly definition: DefinitionFollower;
  readonly installs: Installs;
  readonly guard: LoopGuard;
  readonly catchUp: CatchUp;
  /** Where files are synced into containers. */
  readonly sync: SyncLoop | undefined;
  readonly onDefined: (loaded: Loaded) => void;
  /** Checks of this module were missed for want of its container. */
  readonly onMissed: (module: string) => void;
}

/** Has a part do what the step of the session came to. What takes time goes on by itself. */
export function carryOutEffect(effect: SessionEffect, crew: SessionCrew): void {
  const { bus, pool, restarter, loops } = crew;
  switch (effect.kind) {
    case 'emit':
      bus.emit(effect.happening);
      break;
    case 'check':
      loops.ask(effect.save, effect.options);
      break;
    case 'restart':
      for (const service of effect.services) {
        void restarter.restart(service, effect.save, effect.cause);
      }
      break;
    case 'prepare-shell':
      void prepareShell(effect, { pool, bus });
      break;
    case 'follow-process':
      void restarter.started(effect.service);
      break;
    case 'attend':
      void restarter.keepOut(effect.service, effect.containerId);
      crew.sync?.started(effect.service, effect.containerId);
      break;
    case 'find-missed':
      if (loops.takeUnchecked(effect.module)) crew.onMissed(effect.module);
      break;
    case 'install':
      crew.installs.start(effect.module, effect.lockfile, effect.save);
      break;
    case 'redefine':
      crew.definition.edited(effect.files, effect.save);
      break;
    case 'start-again':
      crew.definition.engineReturned(effect.stopped);
      break;
    case 'forget-loops':
      crew.guard.forget();
      break;
    case 'take-over': {
      const { loaded, checked } = effect;
      loops.define(checked, loaded.settings.checks.parallel);
      void crew.runner.retain(daemonsOf(checked));
      crew.sync?.define(loaded.develop ?? { rules: [], idle: [] });
      crew.onDefined(loaded);
      break;
    }
    case 'catch-up':
      crew.catchUp.redefined(effect.before, effect.now);
      break;
    default:
      unreachable(effect);
  }
}
