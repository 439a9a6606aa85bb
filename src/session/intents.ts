import type { Failure } from '../events/failure.ts';
import { CHECK_KINDS } from '../model/checks.ts';
import type { CheckKind } from '../model/checks.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { unreachable } from '../util/unreachable.ts';
import type { CheckLoop } from './check-loop.ts';
import type { DefinitionFollower } from './definition-follower.ts';
import type { Environment, Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import type { Intent, IntentAnswer } from './protocol.ts';
import type { Restarter } from './restarter.ts';
import type { ServiceFollower } from './service-follower.ts';
import { checkedModules } from './session-modules.ts';

export interface IntentParts {
  readonly bus: EventBus;
  readonly definition: DefinitionFollower;
  readonly environment: Environment;
  readonly restarter: Restarter;
  readonly services: ServiceFollower;
  readonly loops: CheckLoop;
  readonly loaded: () => Loaded | undefined;
  /** Asks for checks; gives the save that they carry. */
  readonly ask: (modules: readonly string[], only?: ReadonlySet<CheckKind>) => number;
  /** Tells what was compiled outside of the session. */
  readonly tellCompiled: () => void;
  readonly stop: (reason: string) => void;
}

type Answer = Promise<Result<IntentAnswer, Failure>>;

/** Does what clients ask for. An answer says that it is being done; events tell how it goes. */
export function createIntents(parts: IntentParts): (intent: Intent) => Answer {
  const { definition, environment, restarter, services, loops } = parts;

  function namesOf(names: readonly string[] | undefined): Result<readonly string[], Failure> {
    const known = (parts.loaded()?.project.modules ?? []).map(({ name }) => name);
    const unknown = names?.find((name) => !known.includes(name));
    if (unknown === undefined) return ok(names ?? known);
    return fail({
      reason: 'usage',
      what: `there is no module ${unknown}`,
      cure: `modules are: ${known.join(', ')}`,
    });
  }

  const isService = (name: string): boolean => parts.bus.state.services[name] !== undefined;

  const loadedModules = () => {
    const loaded = parts.loaded();
    return loaded === undefined ? [] : checkedModules(loaded);
  };

  /** Where not one of the containers runs, that is one thing to say, not one for each check. */
  function nothingRuns(names: readonly string[]): Failure | undefined {
    const checked = loadedModules().filter(({ checks }) => checks.length > 0);
    const wanted = names.filter((name) => checked.some((one) => one.name === name));
    const [first] = wanted;
    if (first === undefined || wanted.some((name) => services.running(name) !== undefined)) {
      return undefined;
    }
    const absence = services.absence(first);
    if (absence.reason === 'no-engine' || wanted.length === 1) return absence;
    const what = `the environment is not up: no container of ${wanted.join(', ')} runs`;
    return { reason: 'service', what, cure: 'dev up --detach, then dev check' };
  }

  async function set(key: string, value: boolean): Answer {
    const changed = await environment.changeSetting(key, String(value));
    if (!changed.ok) return fail(changed.failure[0] ?? UNSET);
    // The watcher sees the edit as well; this is only sooner.
    definition.edited(['dev.settings.yaml'], 0);
    return ok({});
  }

  async function toggle(
    module: string | undefined,
    key: string,
    now: (loaded: Loaded) => boolean,
    on: boolean | undefined,
  ): Answer {
    const loaded = parts.loaded();
    if (loaded === undefined) return fail(NOT_LOADED);
    const known = namesOf(module === undefined ? [] : [module]);
    return known.ok ? set(key, on ?? !now(loaded)) : known;
  }

  return async (intent) => {
    switch (intent.kind) {
      case 'run-check': {
        if (parts.loaded() === undefined) return fail(NOT_LOADED);
        const names = namesOf(intent.modules);
        if (!names.ok) return names;
        const missing = missingChecks(parts.loaded(), intent);
        if (missing !== undefined) return fail(missing);
        await services.refresh();
        const absent = nothingRuns(names.value);
        if (absent !== undefined) return fail(absent);
        const only = intent.only === undefined ? undefined : new Set(intent.only);
        const wanted = loadedModules().filter(({ name }) => names.value.includes(name));
        const isAny = wanted.some(({ checks }) => checks.some((kind) => only?.has(kind) ?? true));
        // Without a check there would be nothing to wait for the end of.
        return ok(isAny ? { save: parts.ask(names.value, only) } : {});
      }
      case 'cancel-checks': {
        const names = namesOf(intent.modules);
        if (!names.ok) return names;
        loops.cancel({ modules: new Set(names.value), reason: 'stopping' });
        return ok({});
      }
      case 'restart-service':
        if (services.running(intent.service) === undefined) return fail(notRunning(intent.service));
        void restarter.restart(intent.service, 0, 'restarted by hand');
        return ok({});
      case 'recreate-service':
        if (!isService(intent.service)) return fail(noService(intent.service));
        void definition.apply({ recreate: [intent.service] });
        return ok({});
      case 'reset-data':
        if (!isService(intent.service)) return fail(noService(intent.service));
        void definition.apply({ resetData: [intent.service] });
        return ok({});
      case 'toggle-module': {
        const { module, on } = intent;
        const key = `modules.${module}.run`;
        return toggle(
          module,
          key,
          ({ settings }) => settings.modules.get(module)?.run !== false,
          on,
        );
      }
      case 'toggle-check': {
        const { module, check, on } = intent;
        return toggle(
          module,
          `modules.${module}.checks.${check}`,
          ({ settings }) => settings.modules.get(module)?.checks[check] !== false,
          on,
        );
      }
      case 'toggle-watch': {
        const { module, on } = intent;
        return toggle(
          module,
          module === undefined ? 'watch.enabled' : `modules.${module}.watch`,
          ({ settings }) =>
            module === undefined
              ? settings.watch.enabled
              : settings.modules.get(module)?.watch !== false,
          on,
        );
      }
      case 'answer-plan': {
        const answered = definition.answer(intent.plan, intent.apply);
        return answered.ok ? ok({}) : answered;
      }
      case 'reload':
        definition.edited([], 0);
        return ok({});
      case 'brought-up': {
        parts.tellCompiled();
        const plan = parts.bus.state.plan?.state;
        if (plan === 'waiting-for-answer' || plan === 'failed') definition.edited([], 0);
        return ok({});
      }
      case 'stop':
        parts.stop(intent.reason);
        return ok({});
      default:
        return unreachable(intent);
    }
  };
}

/** Why nothing would run of what was named: a check that there is not, or that is switched off. */
function missingChecks(
  loaded: Loaded | undefined,
  { modules, only }: Extract<Intent, { kind: 'run-check' }>,
): Failure | undefined {
  if (loaded === undefined) return undefined;
  const checked = checkedModules(loaded);
  const wanted: readonly CheckKind[] = only ?? CHECK_KINDS;
  const runs = (name: string): boolean =>
    checked.some((one) => one.name === name && one.checks.some((kind) => wanted.includes(kind)));
  const all = loaded.project.modules;
  if (modules === undefined) {
    if (only === undefined || all.some(({ name }) => runs(name))) return undefined;
    const what = `no module has a ${only.join(' or ')} that is switched on`;
    return { reason: 'usage', what, cure: 'dev settings shows what is switched off' };
  }
  const module = all.find(({ name }) => modules.includes(name) && !runs(name));
  if (module === undefined) return undefined;
  const { name } = module;
  if (loaded.settings.modules.get(name)?.run === false) {
    const what = `module ${name} is switched off in dev.settings.yaml`;
    return { reason: 'usage', what, cure: `dev settings modules.${name}.run=true` };
  }
  const off = module.checks.find(({ kind }) => wanted.includes(kind));
  if (off !== undefined) {
    const what = `${off.kind} of ${name} is switched off in dev.settings.yaml`;
    return { reason: 'usage', what, cure: `dev settings modules.${name}.checks.${off.kind}=true` };
  }
  const has = module.checks.map(({ kind }) => kind).join(', ');
  const what = `module ${name} has no ${only === undefined ? 'checks' : only.join(' or ')}`;
  const cure = has === '' ? `give it compile, test or lint in dev.yaml` : `it has: ${has}`;
  return { reason: 'usage', what, cure };
}

const NOT_LOADED: Failure = {
  reason: 'definition',
  what: 'the project’s definition is wrong',
  cure: 'dev status shows where',
};
const UNSET: Failure = { reason: 'files', what: 'the setting could not be changed' };

function noService(service: string): Failure {
  return { reason: 'usage', what: `there is no service ${service}`, cure: 'dev status lists them' };
}

function notRunning(service: string): Failure {
  return { reason: 'service', what: `${service} does not run`, cure: `dev up ${service}` };
}
