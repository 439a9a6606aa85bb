import { resolve } from 'node:path';
import { fail, ok } from '../util/result.ts';
import type { Settings } from '../model/settings.ts';
import { createCatchUp } from './catch-up.ts';
import { createCheckLoop } from './check-loop.ts';
import { tellCompiled } from './compiled-results.ts';
import { createDefinitionFollower } from './definition-follower.ts';
import type { EventBus } from './event-bus.ts';
import { createInstalls } from './installs.ts';
import { createIntents } from './intents.ts';
import { createLoopGuard } from './loop-guard.ts';
import { createRestarter } from './restarter.ts';
import { createServiceFollower } from './service-follower.ts';
import type { ServiceFollower } from './service-follower.ts';
import type { SessionCrew } from './session-effects.ts';
import { awaitNeeded } from './needed-services.ts';
import { placeFor } from './session-modules.ts';
import type { SessionParts } from './session-parts.ts';
import { checkable } from './session-step.ts';
import type { SaveRequest, SessionInput, SessionModel } from './session-input.ts';
import { sortChange } from './sort-change.ts';
import type { FileChange } from './sort-change.ts';
import { createSyncLoop } from './sync-loop.ts';

/** What the parts of a session share. */
export interface SessionCore {
  readonly bus: EventBus;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
  readonly model: () => SessionModel;
  readonly give: (input: SessionInput) => void;
  /** @returns the number of the save. */
  readonly ask: (request: SaveRequest) => number;
}

export interface WholeCrew extends SessionCrew {
  readonly services: ServiceFollower;
  readonly intents: ReturnType<typeof createIntents>;
  /** What a change of files is about, and what of it may start checks. */
  readonly sort: (
    change: FileChange,
    settings: Pick<Settings, 'watch' | 'modules'>,
  ) => Extract<SessionInput, { kind: 'files-changed' }>;
}

/** Puts the parts together: each tells its news as inputs, and is told by effects what to do. */
export function gatherCrew(parts: SessionParts, core: SessionCore): WholeCrew {
  const { bus, signal, model, give, ask } = core;
  const { engine, clock, environment, pool, runner, identity } = parts;
  const { instance, root } = identity;
  const services = createServiceFollower({
    ...{ engine, clock, bus, instance, mayEnd: parts.mayEnd },
    onStart: (service, containerId) => give({ kind: 'service-started', service, containerId }),
    onEnd: (_service, containerId) => pool.drop(containerId),
    onReturn: (stopped) => give({ kind: 'engine-returned', stopped }),
  });
  const restarter = createRestarter({
    ...{ engine, clock, bus, services, pool },
    mayStart: (service) => environment.mayStart(service),
    runsModule: (service) =>
      model().loaded?.project.modules.find(({ name }) => name === service)?.run !== undefined,
  });
  const loops = createCheckLoop({
    ...{ runner, clock, bus },
    place: (module) => {
      const container = services.running(module.name);
      return container === undefined
        ? fail(services.absence(module.name))
        : ok(placeFor(module, container, services.deaths(container.id)));
    },
    needed: (names, over) => awaitNeeded(names, { services, clock }, over),
    refresh: () => services.refresh(),
    onLost: (module) => {
      if (services.running(module) !== undefined) give({ kind: 'container-replaced', module });
    },
    onCompiled: ({ name }, save) => give({ kind: 'compiled', module: name, save }),
    onTested: ({ name }, save) => give({ kind: 'tested', module: name, save }),
  });
  const definition = createDefinitionFollower({
    ...{ environment, bus, clock },
    onLoaded: (loaded) => give({ kind: 'defined', loaded }),
    onRead: () => give({ kind: 'definition-read' }),
    onApplied: () => tellCompiled(environment, bus),
  });
  const sync =
    parts.sync &&
    createSyncLoop({
      ...{ engine, clock, bus, instance, root, signal },
      ...parts.sync,
      rebuild: (service, cause) => definition.apply({ recreate: [service] }, cause),
      explain: (service, cause) => services.explain(service, cause),
      mayStart: (service) => environment.mayStart(service),
    });
  const guard = createLoopGuard({
    ...{ bus, clock, signal, modifiedMs: parts.modifiedMs },
    idle: () => loops.idle(),
    ask: (module, path) => {
      const now = clock.now();
      const files = { paths: [path], firstAt: now, lastAt: now, redefines: false };
      ask({ cause: 'files', modules: [module], own: new Set([module]), files });
    },
  });
  const installs = createInstalls({
    ...{ bus, clock },
    onDone: (modules) => give({ kind: 'installed', modules }),
  });
  const catchUp = createCatchUp({
    ...{ bus, clock },
    checkable: () => checkable(model()),
    runs: (module) => services.running(module) !== undefined,
    runLater: (module) => loops.runLater(module),
    ask: (own, only) => ask({ cause: 'settings', modules: [...only.keys()], own, only }),
    restart: (names, save, cause) => give({ kind: 'outdated', services: names, save, cause }),
  });
  const intents = createIntents({
    ...{ bus, definition, environment, restarter, services, loops },
    loaded: () => model().loaded,
    ask: (modules, only) =>
      ask({
        ...{ cause: 'request', modules, own: new Set(modules) },
        ...(only && { only: new Map(modules.map((module) => [module, only])) }),
      }),
    tellCompiled: () => tellCompiled(environment, bus),
    stop: parts.onStop,
  });
  return {
    ...{ bus, pool, runner, services, restarter, loops, definition, sync, guard, installs },
    ...{ catchUp, intents, onDefined: parts.onDefined },
    onMissed: (module) => give({ kind: 'checks-missed', module }),
    sort: (change, settings) => {
      if (settings.watch.enabled) sync?.changed(change.paths.map((path) => resolve(root, path)));
      const sorted = sortChange(change, settings);
      catchUp.changed(sorted.modules.keys(), sorted.unwatched);
      const waiting = new Set(sorted.lockfiles.map(({ module }) => module));
      const { comeOrGone, firstAt } = change;
      const admitted = [...sorted.modules].filter(
        ([module, paths]) =>
          waiting.has(module) || guard.admits({ module, paths, comeOrGone, firstAt }),
      );
      return { kind: 'files-changed', change, sorted, admitted: new Map(admitted) };
    },
  };
}
