import type { CheckRun, ModulesDefined, SessionEvent } from '../events/session-event.ts';
import type { CheckResult } from '../model/check-result.ts';
import { omit } from '../util/omit.ts';
import { unreachable } from '../util/unreachable.ts';
import { HISTORY_LENGTH } from './session-state.ts';
import type { CheckState, ModuleState, SessionState } from './session-state.ts';

/** The state after an event. Pure; the session and each of its clients keep the same state by it. */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'session-started': {
      const { pid, project, root, context, version, engine } = event;
      return {
        ...state,
        session: {
          ...{ state: 'running', pid, project, root, context, version, startedAt: event.at },
          ...(engine !== undefined && { engine }),
        },
        engine: { reachable: true, since: event.at },
      };
    }
    case 'session-stopping':
      return { ...state, session: { ...state.session, state: 'stopping' } };
    case 'modules':
      return {
        ...state,
        bell: event.bell ?? false,
        modules: defineModules(state.modules, event),
      };
    case 'watching': {
      const { mode, entries, reason } = event;
      return {
        ...state,
        watching: { mode, entries, ...(reason === undefined ? {} : { reason }) },
      };
    }
    case 'change': {
      const { save, at, total, modules } = event;
      return { ...state, lastSave: { save, at, total, modules } };
    }
    case 'check-queued': {
      const { run, save } = event;
      return mapCheck(state, event, (check) => ({ ...check, queued: { run, save } }));
    }
    case 'check-started': {
      const running = { run: event.run, save: event.save, since: event.at };
      return mapCheck(state, event, (check) => ({ ...withoutRun(check, event.run), running }));
    }
    case 'check-finished':
      return mapCheck(state, event, (check) => finished(withoutRun(check, event.run), event));
    case 'check-cancelled':
      return mapCheck(state, event, (check) => withoutRun(check, event.run));
    case 'install-started':
      return mapModule(state, event.module, (module) => ({ ...module, installingSince: event.at }));
    case 'install-finished':
      return mapModule(state, event.module, (module) => omit(module, 'installingSince'));
    case 'service-state': {
      const service = omit(event, 'kind', 'at', 'save');
      return { ...state, services: { ...state.services, [event.service]: service } };
    }
    case 'service-gone':
      return { ...state, services: omit(state.services, event.service) };
    case 'engine-state': {
      const detail = event.detail === undefined ? {} : { detail: event.detail };
      return { ...state, engine: { reachable: event.reachable, since: event.at, ...detail } };
    }
    case 'engine-known':
      return { ...state, session: { ...state.session, engineId: event.id } };
    case 'plan':
      return { ...state, plan: omit(event, 'kind', 'save') };
    case 'problem': {
      const { key, level, failures, at } = event;
      const others = state.problems.filter((problem) => problem.key !== key);
      return { ...state, problems: [...others, { key, level, failures, at }] };
    }
    case 'problem-solved':
      return {
        ...state,
        problems: state.problems.filter((problem) => problem.key !== event.key),
      };
    case 'sync-finished': {
      const { service, at, failure } = event;
      return { ...state, lastSync: { service, at, failed: failure !== undefined } };
    }
    case 'check-output':
    case 'settled':
      return state;
    default:
      return unreachable(event);
  }
}

/** The modules as now defined; what is known of the ones that stay is kept. */
function defineModules(
  before: readonly ModuleState[],
  event: ModulesDefined,
): readonly ModuleState[] {
  return event.modules.map((facts) => {
    const old = before.find((module) => module.name === facts.name);
    const installing =
      old?.installingSince === undefined ? {} : { installingSince: old.installingSince };
    return {
      ...facts,
      ...installing,
      checks: facts.checks.map((check): CheckState => {
        const known = old?.checks.find((one) => one.check === check.check);
        return { ...(known ?? { history: [] }), ...check };
      }),
    };
  });
}

function mapModule(
  state: SessionState,
  name: string,
  change: (module: ModuleState) => ModuleState,
): SessionState {
  return {
    ...state,
    modules: state.modules.map((module) => (module.name === name ? change(module) : module)),
  };
}

function mapCheck(
  state: SessionState,
  run: Pick<CheckRun, 'module' | 'check'>,
  change: (check: CheckState) => CheckState,
): SessionState {
  return mapModule(state, run.module, (module) => ({
    ...module,
    checks: module.checks.map((check) => (check.check === run.check ? change(check) : check)),
  }));
}

/** Without the mark that this run is queued or running; a newer run's mark stays. */
function withoutRun(check: CheckState, run: number): CheckState {
  const { queued, running, ...rest } = check;
  return {
    ...rest,
    ...(queued === undefined || queued.run === run ? {} : { queued }),
    ...(running === undefined || running.run === run ? {} : { running }),
  };
}

function finished(check: CheckState, event: SessionEvent & { kind: 'check-finished' }): CheckState {
  const last: CheckResult = omit(event, 'kind');
  const { at, save, outcome, durationMs } = event;
  const history = [...check.history, { at, save, outcome, durationMs }].slice(-HISTORY_LENGTH);
  return { ...check, last, history };
}
