import { resolve } from 'node:path';
import type { AnyRunner } from '../checks/any-runner.ts';
import type { ShellPool } from '../checks/shell-pool.ts';
import type { Failure } from '../events/failure.ts';
import type { SessionEvent } from '../events/session-event.ts';
import type { Settings } from '../model/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { SessionState } from '../state/session-state.ts';
import { createTurnFinder } from '../state/turns.ts';
import type { Turn } from '../state/turns.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { affectedModules } from '../watch/affected.ts';
import { createCatchUp } from './catch-up.ts';
import { createCheckLoop } from './check-loop.ts';
import { tellCompiled } from './compiled-results.ts';
import { createDefinitionFollower } from './definition-follower.ts';
import type { Environment, Loaded } from './environment.ts';
import { createEventBus } from './event-bus.ts';
import { createInstalls } from './installs.ts';
import { createIntents } from './intents.ts';
import { createLoopGuard } from './loop-guard.ts';
import { prepareShell } from './prepare-shell.ts';
import type { Intent, IntentAnswer } from './protocol.ts';
import { restartedAfter, restartedAtOnce } from './restart-rules.ts';
import { createRestarter } from './restarter.ts';
import { createSaves } from './saves.ts';
import { createServiceFollower } from './service-follower.ts';
import {
  checkedModules,
  checksAlike,
  daemonsOf,
  moduleFacts,
  placeFor,
} from './session-modules.ts';
import { sortChange } from './sort-change.ts';
import type { FileChange } from './sort-change.ts';
import { createSyncLoop } from './sync-loop.ts';
import type { SyncFiles, SyncLoopParts } from './sync-loop.ts';

export interface SessionParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly pool: ShellPool;
  readonly runner: AnyRunner;
  readonly identity: {
    readonly pid: number;
    readonly project: string;
    readonly root: string;
    readonly context: string;
    readonly version: string;
    /** Compose project name. */
    readonly instance: string;
  };
  readonly onEvent: (event: SessionEvent, state: SessionState) => void;
  /** A module turned from good to bad or back. */
  readonly onTurn: (turn: Turn, desktop: boolean) => void;
  /** The modules are others than before, or what is watched is. */
  readonly onDefined: (loaded: Loaded) => void;
  readonly onStop: (reason: string) => void;
  /** When a file, relative to the root, was last written, in epoch milliseconds. */
  readonly modifiedMs: (path: string) => number | undefined;
  /** For files that are synced into containers; without it none are. */
  readonly sync?: SyncFiles & Pick<SyncLoopParts, 'exclusively'>;
  /** False for one run of checks: a good compile restarts nothing. */
  readonly restarts?: boolean;
}

export interface Session {
  readonly state: SessionState;
  /** Reads the definition and looks at the engine; false when the definition is wrong. */
  start(): Promise<boolean>;
  changed(change: FileChange): void;
  emit: ReturnType<typeof createEventBus>['emit'];
  intend(intent: Intent): Promise<Result<IntentAnswer, Failure>>;
  /** Ends checks and everything that is followed; resolves when nothing of it runs. */
  stop(reason: string): Promise<void>;
}

/**
 * The one loop: file changes and intents come in, checks run, services restart, the environment
 * follows its definition, and everything that happens goes out as events.
 */
export function createSession(parts: SessionParts): Session {
  const { clock, pool, engine, identity } = parts;
  const bus = createEventBus(clock);
  const over = new AbortController();
  const findTurns = createTurnFinder();
  let loaded: Loaded | undefined;
  /** The definition whose switches have been followed. */
  let caughtUpWith: Loaded | undefined;
  const checkable = () => (loaded === undefined ? [] : checkedModules(loaded));

  bus.subscribe((event) => {
    parts.onEvent(event, bus.state);
    if (!event.kind.startsWith('check-')) return;
    const desktop = loaded?.settings.notifications.desktop === true;
    for (const turn of findTurns(bus.state)) parts.onTurn(turn, desktop);
  });

  const services = createServiceFollower({
    engine,
    clock,
    bus,
    instance: identity.instance,
    onStart: (service, containerId) => {
      if (checkable().some(({ name, checks }) => name === service && checks.length > 0)) {
        void prepareShell({ service, containerId }, { pool, bus });
      }
      if (parts.restarts !== false) void restarter.started(service);
      void restarter.keepOut(service, containerId);
      sync?.started(service, containerId);
      checkMissed(service);
    },
    onEnd: (_service, containerId) => pool.drop(containerId),
    onReturn: (stopped) => definition.engineReturned(stopped),
  });
  const restarter = createRestarter({
    engine,
    clock,
    bus,
    services,
    pool,
    mayStart: (service) => parts.environment.mayStart(service),
    runsModule: (service) =>
      loaded?.project.modules.find(({ name }) => name === service)?.run !== undefined,
  });
  const loops = createCheckLoop({
    runner: parts.runner,
    clock,
    bus,
    place: (module) => {
      const container = services.running(module.name);
      return container === undefined
        ? fail(services.absence(module.name))
        : ok(placeFor(module, container));
    },
    refresh: () => services.refresh(),
    onLost: (module) => {
      if (services.running(module) !== undefined) checkMissed(module);
    },
    onCompiled: (module, save) => {
      restart(restartedAfter(checkable(), module.name), save, 'restarted after compile');
    },
  });
  const definition = createDefinitionFollower({
    environment: parts.environment,
    bus,
    clock,
    onLoaded: (now) => {
      const before = loaded;
      loaded = now;
      if (before === undefined || !checksAlike(before, now)) guard.forget();
      const { settings } = now;
      const modules = moduleFacts(now);
      bus.emit({
        kind: 'modules',
        modules,
        watch: settings.watch.enabled,
        bell: settings.notifications.bell,
      });
      const checked = checkedModules(now);
      loops.define(checked, settings.checks.parallel);
      void parts.runner.retain(daemonsOf(checked));
      sync?.define(now.develop ?? { rules: [], idle: [] });
      parts.onDefined(now);
    },
    onRead: () => {
      saves.definitionRead();
      if (caughtUpWith !== undefined && loaded !== undefined) {
        catchUp.redefined(caughtUpWith, loaded);
      }
      caughtUpWith = loaded;
    },
    onApplied: () => tellCompiled(parts.environment, bus),
  });
  const sync =
    parts.sync &&
    createSyncLoop({
      ...{ engine, clock, bus, instance: identity.instance, root: identity.root },
      ...parts.sync,
      rebuild: (service, cause) => definition.apply({ recreate: [service] }, cause),
      explain: (service, cause) => services.explain(service, cause),
      mayStart: (service) => parts.environment.mayStart(service),
      signal: over.signal,
    });
  const guard = createLoopGuard({
    bus,
    clock,
    idle: () => loops.idle(),
    ask: (module, path) => {
      const now = clock.now();
      const files = { paths: [path], firstAt: now, lastAt: now, redefines: false };
      saves.ask({ cause: 'files', modules: [module], own: new Set([module]), files });
    },
    modifiedMs: parts.modifiedMs,
    signal: over.signal,
  });
  const intents = createIntents({
    bus,
    definition,
    environment: parts.environment,
    restarter,
    services,
    loops,
    loaded: () => loaded,
    ask: (modules, only) =>
      saves.ask({
        cause: 'request',
        modules,
        own: new Set(modules),
        ...(only && { only: new Map(modules.map((module) => [module, only])) }),
      }),
    tellCompiled: () => tellCompiled(parts.environment, bus),
    stop: parts.onStop,
  });
  const saves = createSaves({
    bus,
    clock,
    checkable,
    reading: () => definition.reading,
    begin: (save, modules, { cause, own, only, files }) => {
      // A container that starts, or an apply that is given up, asks for checks to the last.
      if (over.signal.aborted) return;
      if (cause === 'files') {
        restart(restartedAtOnce(checkable(), modules), save, 'restarted after save');
      }
      const changedAt = files === undefined ? {} : { changedAt: files.lastAt };
      loops.ask(save, { modules, own, ...(only && { only }), ...changedAt });
    },
  });
  const installs = createInstalls({
    bus,
    clock,
    onDone: (own) => {
      const modules = affectedModules(checkable(), own);
      const save = saves.ask({ cause: 'container', modules, own });
      restart(restartedAtOnce(checkable(), modules), save, 'restarted after install');
    },
  });

  const catchUp = createCatchUp({
    bus,
    clock,
    checkable,
    runs: (module) => services.running(module) !== undefined,
    runLater: (module) => loops.runLater(module),
    ask: (own, only) => saves.ask({ cause: 'settings', modules: [...only.keys()], own, only }),
    restart,
  });

  /** Checks that could not run, or not to their end, in a container that there is not any more. */
  function checkMissed(service: string): void {
    if (!loops.takeUnchecked(service)) return;
    // What uses it was not checked either, for want of its compile.
    const modules = affectedModules(checkable(), new Set([service]));
    saves.ask({ cause: 'container', modules, own: new Set() });
  }

  function restart(services: readonly string[], save: number, cause: string): void {
    if (parts.restarts === false) return;
    for (const service of services) void restarter.restart(service, save, cause);
  }

  function changed(change: FileChange): void {
    if (over.signal.aborted) return;
    const settings = loaded?.settings ?? NOTHING_WATCHED;
    if (settings.watch.enabled) {
      sync?.changed(change.paths.map((path) => resolve(identity.root, path)));
    }
    const { modules, unwatched, lockfiles, definitions, ignoreFiles } = sortChange(
      change,
      settings,
    );
    catchUp.changed(modules.keys(), unwatched);
    // Checked once their dependencies are there.
    const waiting = new Set(lockfiles.map(({ module }) => module));
    const { comeOrGone, firstAt, lastAt } = change;
    const admitted = [...modules].filter(
      ([module, paths]) =>
        waiting.has(module) || guard.admits({ module, paths, comeOrGone, firstAt }),
    );
    const edited = [...definitions, ...lockfiles.map(({ path }) => path)];
    const paths = new Set([...edited, ...ignoreFiles, ...admitted.flatMap(([, own]) => own)]);
    if (paths.size === 0) return;
    const own = new Set(admitted.map(([module]) => module).filter((one) => !waiting.has(one)));
    const save = saves.ask({
      cause: 'files',
      modules: [...own],
      own,
      files: {
        paths: change.paths.filter((path) => paths.has(path)),
        firstAt,
        lastAt,
        redefines: definitions.length > 0,
      },
    });
    for (const { module, path } of lockfiles) installs.start(module, path, save);
    if (edited.length > 0) definition.edited(edited, save);
  }

  return {
    get state() {
      return bus.state;
    },
    emit: (happening) => bus.emit(happening),
    start: async () => {
      const { pid, project, root, context, version } = identity;
      bus.emit({ kind: 'session-started', pid, project, root, context, version });
      const good = await definition.load();
      tellCompiled(parts.environment, bus);
      await services.refresh();
      void services.follow(over.signal);
      return good;
    },
    changed,
    intend: async (intent) => {
      if (over.signal.aborted) return { ok: false, failure: ENDING };
      return intents(intent);
    },
    stop: async (reason) => {
      bus.emit({ kind: 'session-stopping', reason });
      over.abort();
      // Whoever takes the environment down must not meet an edit that is still being applied.
      const applied = definition.stop();
      restarter.stop();
      loops.cancel({ reason: 'stopping' });
      await Promise.all([applied, loops.idle(), sync?.idle()]);
      await parts.runner.close();
      await pool.close();
    },
  };
}

/** Before there is a definition that is right, only its own files count. */
const NOTHING_WATCHED: Pick<Settings, 'watch' | 'modules'> = {
  watch: { enabled: false, mode: 'auto', quietMs: 0 },
  modules: new Map(),
};

const ENDING: Failure = { reason: 'interrupted', what: 'the session is ending' };
