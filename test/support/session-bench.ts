import type { AnyRunner } from '../../src/checks/any-runner.ts';
import type { CheckRunRequest, RunEnd } from '../../src/checks/check-runner.ts';
import { createShellPool } from '../../src/checks/shell-pool.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { SessionEvent } from '../../src/events/session-event.ts';
import type { Module } from '../../src/model/module.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { ContainerSummary } from '../../src/ports/engine-containers.ts';
import type { Engine, EngineEvent } from '../../src/ports/engine.ts';
import type { DefinitionKeeper, Loaded, ProposedPlan } from '../../src/session/environment.ts';
import { createSession } from '../../src/session/session.ts';
import type { FileChange } from '../../src/session/sort-change.ts';
import { fail, ok } from '../../src/util/result.ts';
import type { Result } from '../../src/util/result.ts';
import { lockfilesOf } from '../../src/model/module.ts';
import { createWatchScope } from '../../src/watch/watch-scope.ts';
import { aContainer } from './containers.ts';
import { VirtualClock } from './virtual-clock.ts';
import { aModule } from './modules.ts';

/** A module that is compiled. */
export function aCompiledModule(name: string, overrides: Partial<Module> = {}): Module {
  const compile = { kind: 'compile', run: 'make', timeoutMs: 60_000 } as const;
  return aModule(name, { checks: [{ ...compile, daemon: false, formats: [] }], ...overrides });
}

const SETTINGS: Settings = {
  modules: new Map(),
  services: new Map(),
  watch: { enabled: true, mode: 'auto', quietMs: 50 },
  checks: { parallel: 2 },
  apply: 'auto',
  git: 'read-only',
  dependencies: 'shared',
  router: true,
  notifications: { bell: false, desktop: false },
  dashboard: { prefix: 'C-b' },
  tools: { engineSocket: false },
  compose: { ports: 'loopback', health: 'early', containerNames: 'scoped' },
  certificates: { companyCa: 'none' },
  credentials: new Map(),
};

/** A definition of these modules, right and switched on. */
export function aDefinition(modules: readonly Module[], settings: Partial<Settings> = {}): Loaded {
  return {
    files: [],
    project: {
      root: '/p',
      name: 'shop',
      modules,
      definedBy: 'dev.yaml',
      compose: undefined,
      services: new Map(),
      windows: [],
      commands: [],
      hooks: [],
      parity: [],
      pipeline: { smoke: undefined, stages: [] },
      gates: new Map(),
      router: undefined,
      store: { registry: undefined, signedBy: [] },
      probes: [],
    },
    settings: { ...SETTINGS, ...settings },
  };
}

/** What a step of the environment answers when the test says so. */
interface Step<T> {
  readonly options: T;
  readonly signal: AbortSignal | undefined;
  end(result: Result<never, readonly Failure[]> | Result<readonly string[], never>): void;
}

/**
 * A session over an engine that lists what the test says, and an environment and checks that end
 * when the test says so.
 */
export function sessionBench(modules: readonly Module[], settings: Partial<Settings> = {}) {
  const clock = new VirtualClock(1_000_000);
  const events: SessionEvent[] = [];
  const loaded = aDefinition(modules, settings);
  const state: {
    definition: Result<Loaded, readonly Failure[]>;
    containers: ContainerSummary[];
    /** What the engine calls itself. */
    engineId?: string;
  } = {
    definition: ok(loaded),
    containers: modules.map(({ name }) => aContainer(name)),
  };
  const plans: Step<undefined>[] = [];
  const applies: Step<undefined>[] = [];
  const runs: { readonly request: CheckRunRequest; end: (end: RunEnd) => void }[] = [];

  const happened: EngineEvent[] = [];
  let wake = (): void => undefined;

  const carryOut: ProposedPlan['carryOut'] = (signal) =>
    new Promise((resolve) => {
      applies.push({
        options: undefined,
        signal,
        end: (result) => resolve(result.ok ? ok(undefined) : result),
      });
    });
  const environment: DefinitionKeeper = {
    load: () => Promise.resolve(state.definition),
    compiled: () => [],
    adopt: () => Promise.resolve(),
    mayStart: () => Promise.resolve(ok(undefined)),
    plan: () =>
      new Promise((resolve) => {
        const end: Step<undefined>['end'] = (result) =>
          resolve(
            result.ok ? ok({ operations: result.value, carryOut, follow: carryOut }) : result,
          );
        plans.push({ options: undefined, signal: undefined, end });
      }),
    apply: (_options, signal) => carryOut(signal),
    changeSetting: () => Promise.resolve(ok(undefined)),
  };
  const engine = new Proxy({} as Engine, {
    get: (_target, name) => {
      if (name === 'containers') return () => Promise.resolve(ok(state.containers));
      if (name === 'identity' && state.engineId !== undefined) {
        return () => Promise.resolve(ok(state.engineId));
      }
      if (name === 'events') {
        return async function* events(_project: string, signal: AbortSignal) {
          while (!signal.aborted) {
            yield* happened.splice(0);
            await new Promise<void>((resolve) => {
              wake = resolve;
              signal.addEventListener('abort', () => resolve(), { once: true });
            });
          }
        };
      }
      return () => Promise.resolve(fail({ reason: 'no-engine', what: `no ${String(name)}` }));
    },
  });
  const runner: AnyRunner = {
    run: (request, signal) =>
      new Promise((resolve) => {
        request.onStart();
        runs.push({ request, end: resolve });
        signal.addEventListener('abort', () => resolve({ kind: 'cancelled', durationMs: 1 }));
      }),
    retain: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const session = createSession({
    engine,
    clock,
    environment,
    pool: createShellPool(engine, clock),
    runner,
    identity: {
      pid: 1,
      project: 'shop',
      root: '/p',
      context: 'dev',
      version: '0',
      instance: 'shop',
    },
    onEvent: (event) => events.push(event),
    onTurn: () => undefined,
    onDefined: () => undefined,
    onStop: () => undefined,
    modifiedMs: () => undefined,
  });
  const scope = createWatchScope(
    modules.map((module) => ({
      name: module.name,
      path: module.path,
      lockfiles: lockfilesOf(module),
    })),
  );
  return {
    clock,
    events,
    session,
    state,
    loaded,
    plans,
    applies,
    runs,
    /** What the engine tells of a container. */
    happen: (service: string, action: string): void => {
      const containerId = state.containers.find((one) => one.service === service)?.id ?? '';
      const event = { atMs: clock.now(), action, containerId, service, oneOff: false };
      happened.push({ ...event, attributes: {} });
      wake();
    },
    /** Saves of files, as the watch tells them. */
    save: (...paths: string[]): void => {
      const change: FileChange = {
        paths,
        comeOrGone: new Set(),
        firstAt: clock.now(),
        lastAt: clock.now(),
        topics: (path) => scope.topics(path),
      };
      session.changed(change);
    },
    /** Ends a run of a check. */
    finish: (index: number, outcome: 'passed' | 'failed' = 'passed'): void => {
      const run = runs[index];
      if (run === undefined) throw new Error(`there is no run ${String(index)}`);
      const { module, check, run: number, save } = run.request;
      run.end({
        kind: 'finished',
        result: {
          module: module.name,
          check: check.kind,
          run: number,
          save,
          outcome,
          at: clock.now(),
          durationMs: 1,
          diagnostics: [],
          diagnosticsOmitted: 0,
          tail: [],
        },
      });
    },
  };
}
