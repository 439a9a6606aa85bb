import type { AnyRunner } from '../checks/any-runner.ts';
import { isIncapable } from '../checks/container-shell.ts';
import type { ShellPool } from '../checks/shell-pool.ts';
import type { Failure } from '../events/failure.ts';
import type { SessionEvent } from '../events/session-event.ts';
import { MAX_CHANGE_PATHS } from '../events/session-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { SessionState } from '../state/session-state.ts';
import { createTurnFinder } from '../state/turns.ts';
import type { Turn } from '../state/turns.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { affectedModules } from '../watch/affected.ts';
import type { FileTopic } from '../watch/watch-scope.ts';
import { createCheckLoop } from './check-loop.ts';
import { createDefinitionFollower } from './definition-follower.ts';
import type { Environment, Loaded } from './environment.ts';
import { createEventBus } from './event-bus.ts';
import { createIntents } from './intents.ts';
import { createLoopGuard } from './loop-guard.ts';
import type { Intent, IntentAnswer } from './protocol.ts';
import { restartedAfter, restartedAtOnce } from './restart-rules.ts';
import { createRestarter } from './restarter.ts';
import { createServiceFollower } from './service-follower.ts';
import { checkedModules, moduleFacts, placeFor } from './session-modules.ts';

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
  /** False for one run of checks: a good compile restarts nothing. */
  readonly restarts?: boolean;
}

/** What the watcher saw: paths relative to the project root, each with what it is about. */
export interface FileChange {
  readonly paths: readonly string[];
  readonly firstAt: number;
  readonly topics: (path: string) => readonly FileTopic[];
}

/** The files of a save. */
interface AskedFiles {
  readonly paths: readonly string[];
  /** Epoch milliseconds of the first event of them. */
  readonly firstAt: number;
  /** Files of the definition are among them: what is checked is known once they are read. */
  readonly redefines: boolean;
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
  let saves = 0;

  /** Modules that wait for their dependencies to be installed again: since when. */
  const installing = new Map<string, number>();

  /** Checks of files that changed together with the definition. */
  const unasked: (() => void)[] = [];

  bus.subscribe((event) => {
    parts.onEvent(event, bus.state);
    const over = event.kind === 'plan' && !/^(?:applying|waiting)/.test(event.state);
    if (over) finishInstalls(event.state === 'failed' ? event.failures : undefined);
    if (event.kind === 'problem' && event.key === 'definition') {
      finishInstalls(event.failures);
      askNow();
    }
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
      void prepareChecks(service, containerId);
      if (parts.restarts !== false) void restarter.started(service);
      if (!loops.takeUnchecked(service)) return;
      // What uses it was not checked either, for want of its compile.
      ask('container', affectedModules(checkable(), new Set([service])), new Set());
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
    onCompiled: (module, save) => {
      restart(restartedAfter(checkable(), module.name), save, 'restarted after compile');
    },
  });
  const definition = createDefinitionFollower({
    environment: parts.environment,
    bus,
    clock,
    onLoaded: (now) => {
      loaded = now;
      guard.forget();
      const { settings } = now;
      const modules = moduleFacts(now);
      bus.emit({
        kind: 'modules',
        modules,
        watch: settings.watch.enabled,
        bell: settings.notifications.bell,
      });
      loops.define(checkedModules(now), settings.checks.parallel);
      askNow();
      parts.onDefined(now);
    },
  });
  const guard = createLoopGuard({
    bus,
    clock,
    idle: () => loops.idle(),
    ask: (module, path) => {
      const files = { paths: [path], firstAt: clock.now(), redefines: false };
      ask('files', [module], new Set([module]), undefined, files);
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
    ask: (modules, only) => ask('request', modules, new Set(modules), only),
    stop: parts.onStop,
  });

  /** Numbers a save, tells it, and asks for its checks. */
  function ask(
    cause: 'files' | 'request' | 'container',
    modules: readonly string[],
    own: ReadonlySet<string>,
    only?: ReadonlySet<'compile' | 'test' | 'lint'>,
    files: AskedFiles = { paths: [], firstAt: clock.now(), redefines: false },
  ): number {
    saves += 1;
    const save = saves;
    const all = checkable();
    const affected = cause === 'files' ? affectedModules(all, new Set(modules)) : modules;
    bus.emit({
      kind: 'change',
      save,
      cause,
      paths: files.paths.slice(0, MAX_CHANGE_PATHS),
      total: files.paths.length,
      modules,
      affected,
      firstAt: files.firstAt,
    });
    if (affected.length === 0) return save;
    const options = { own, ...(only === undefined ? {} : { only }) };
    const begin = (now: readonly string[]): void => {
      if (cause === 'files')
        restart(restartedAtOnce(checkable(), now), save, 'restarted after save');
      loops.ask(save, { modules: now, ...options });
    };
    if (!files.redefines) begin(affected);
    else unasked.push(() => begin(affectedModules(checkable(), new Set(modules))));
    return save;
  }

  /** The definition is read, or found wrong: checks that were to follow it can begin. */
  function askNow(): void {
    for (const askIt of unasked.splice(0)) askIt();
  }

  /** Opens a shell where checks will run; a container that cannot run any is told at once. */
  async function prepareChecks(service: string, containerId: string): Promise<void> {
    const checked = checkable().some(({ name, checks }) => name === service && checks.length > 0);
    if (!checked) return;
    const key = `checks:${service}`;
    const warmed = await pool.warm(containerId);
    if (!warmed.ok && isIncapable(warmed.failure)) {
      bus.emit({ kind: 'problem', key, level: 'error', failures: [warmed.failure] });
    } else if (bus.state.problems.some((problem) => problem.key === key)) {
      bus.emit({ kind: 'problem-solved', key });
    }
  }

  function startInstall(module: string, cause: string): void {
    if (installing.has(module)) return;
    installing.set(module, clock.now());
    bus.emit({ kind: 'install-started', module, cause });
  }

  /** What had to be installed is, or could not be: its modules are checked with what there is. */
  function finishInstalls(failures: readonly Failure[] | undefined): void {
    if (installing.size === 0) return;
    // A service that is not well has nothing to do with its dependencies.
    const failure = failures?.find(({ reason }) => reason !== 'service');
    for (const [module, since] of installing) {
      const durationMs = clock.now() - since;
      const why = failure === undefined ? {} : { failure };
      bus.emit({ kind: 'install-finished', module, durationMs, ...why });
    }
    const modules = [...installing.keys()];
    installing.clear();
    const affected = affectedModules(checkable(), new Set(modules));
    const save = ask('container', affected, new Set(modules));
    restart(restartedAtOnce(checkable(), affected), save, 'restarted after install');
  }

  function restart(services: readonly string[], save: number, cause: string): void {
    if (parts.restarts === false) return;
    for (const service of services) void restarter.restart(service, save, cause);
  }

  const checkable = () => (loaded === undefined ? [] : checkedModules(loaded));

  function changed({ paths, firstAt, topics }: FileChange): void {
    if (loaded === undefined || over.signal.aborted) return;
    const { settings } = loaded;
    const all = paths.flatMap((path) => topics(path).map((topic) => ({ path, topic })));
    const definitions = all.filter(({ topic }) => topic.kind === 'definition');
    const lockfiles = all.filter(({ topic }) => topic.kind === 'lockfile');
    const watched = (name: string): boolean =>
      settings.watch.enabled && settings.modules.get(name)?.watch !== false;
    const modules = new Set(
      all.flatMap(({ topic }) =>
        topic.kind === 'module' && watched(topic.module) ? [topic.module] : [],
      ),
    );
    const edited = [...definitions, ...lockfiles].map(({ path }) => path);
    for (const { path, topic } of lockfiles) {
      if (topic.kind !== 'lockfile') continue;
      startInstall(topic.module, path);
      // Checked once its dependencies are there.
      modules.delete(topic.module);
    }
    const held = new Set<string>();
    for (const module of modules) {
      const own = all.flatMap(({ path, topic }) =>
        topic.kind === 'module' && topic.module === module ? [path] : [],
      );
      if (!guard.admits(module, own, firstAt)) held.add(module);
    }
    for (const module of held) modules.delete(module);
    const told = paths.filter((path) =>
      topics(path).some(
        (topic) =>
          topic.kind !== 'none' &&
          (topic.kind !== 'module' || (watched(topic.module) && !held.has(topic.module))),
      ),
    );
    if (told.length === 0) return;
    const redefines = definitions.length > 0;
    const save = ask('files', [...modules], modules, undefined, {
      paths: told,
      firstAt,
      redefines,
    });
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
      definition.stop();
      restarter.stop();
      loops.cancel({ reason: 'stopping' });
      await loops.idle();
      await parts.runner.close();
      await pool.close();
    },
  };
}

const ENDING: Failure = { reason: 'interrupted', what: 'the session is ending' };
