import type { Failure } from '../events/failure.ts';
import type { CheckKind } from '../model/checks.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { unreachable } from '../util/unreachable.ts';
import type { CheckLoop } from './check-loop.ts';
import type { DefinitionFollower } from './definition-follower.ts';
import type { DefinitionKeeper, Loaded } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import type { Intent, IntentAnswer } from './protocol.ts';
import type { Restarter } from './restarter.ts';
import type { ServiceFollower } from './service-follower.ts';
import { serviceTroubles } from './problems.ts';
import { toggledSetting } from './toggled-setting.ts';
import type { Toggle } from './toggled-setting.ts';
import { isAnyWanted, meantModules, missingChecks, nothingRuns } from './wanted-checks.ts';

export interface IntentParts {
  readonly bus: EventBus;
  readonly definition: DefinitionFollower;
  readonly environment: DefinitionKeeper;
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

  const isService = (name: string): boolean => parts.bus.state.services[name] !== undefined;

  async function set(key: string, value: boolean): Answer {
    const changed = await environment.changeSetting(key, String(value));
    if (!changed.ok) return fail(changed.failure[0] ?? UNSET);
    // The watcher sees the edit as well; this is only sooner.
    definition.edited(['dev.settings.yaml'], 0);
    return ok({});
  }

  async function toggle(intent: Toggle): Answer {
    const loaded = parts.loaded();
    if (loaded === undefined) return fail(NOT_LOADED);
    const { module } = intent;
    const known = meantModules(loaded, module === undefined ? [] : [module]);
    if (!known.ok) return known;
    const { key, value } = toggledSetting(intent, loaded.settings);
    return set(key, value);
  }

  async function runCheck(intent: Extract<Intent, { kind: 'run-check' }>): Answer {
    const loaded = parts.loaded();
    if (loaded === undefined) return fail(NOT_LOADED);
    const names = meantModules(loaded, intent.modules);
    if (!names.ok) return names;
    const missing = missingChecks(loaded, intent);
    if (missing !== undefined) return fail(missing);
    await services.refresh();
    // It may be another one by now.
    const now = parts.loaded() ?? loaded;
    const absent = nothingRuns(now, names.value, services);
    if (absent !== undefined) return fail(absent);
    const only = intent.only === undefined ? undefined : new Set(intent.only);
    return ok(isAnyWanted(now, names.value, only) ? { save: parts.ask(names.value, only) } : {});
  }

  return async (intent) => {
    switch (intent.kind) {
      case 'run-check':
        return runCheck(intent);
      case 'cancel-checks': {
        const names = meantModules(parts.loaded(), intent.modules);
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
      case 'toggle-module':
      case 'toggle-check':
      case 'toggle-watch':
        return toggle(intent);
      case 'answer-plan': {
        const answered = definition.answer(intent.plan, intent.apply);
        return answered.ok ? ok({}) : answered;
      }
      case 'reload':
        definition.edited([], 0);
        return ok({});
      case 'brought-up': {
        if (intent.environment !== undefined) await environment.adopt(intent.environment);
        parts.tellCompiled();
        const plan = parts.bus.state.plan?.state;
        const isTriedAgain = plan === 'failed' && intent.failed !== true;
        if (plan === 'waiting-for-answer' || isTriedAgain) definition.edited([], 0);
        return ok({ troubles: serviceTroubles(parts.bus.state) });
      }
      case 'stop':
        parts.stop(intent.reason);
        return ok({});
      default:
        return unreachable(intent);
    }
  };
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
