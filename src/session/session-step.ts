import { MAX_CHANGE_PATHS } from '../events/session-event.ts';
import { unreachable } from '../util/unreachable.ts';
import { affectedModules } from '../watch/affected.ts';
import type { CheckedModule } from './check-loop.ts';
import type { Loaded } from './environment.ts';
import type { Happening } from './event-bus.ts';
import { restartedAfter, restartedAfterTest, restartedAtOnce } from './restart-rules.ts';
import { checkedModules, checksAlike, moduleFacts } from './session-modules.ts';
import type {
  NumberedSave,
  SaveRequest,
  SessionEffect,
  SessionFacts,
  SessionInput,
  SessionModel,
} from './session-input.ts';

export interface SessionStep {
  readonly model: SessionModel;
  readonly effects: readonly SessionEffect[];
}

export const NEW_SESSION: SessionModel = {
  loaded: undefined,
  followed: undefined,
  saves: 0,
  postponed: [],
};

/** The modules that there are to be checked. */
export function checkable({ loaded }: SessionModel): readonly CheckedModule[] {
  return loaded === undefined ? [] : checkedModules(loaded);
}

/** What follows from an input: what the session knows then, and what is to be done. Pure. */
export function sessionStep(
  model: SessionModel,
  input: SessionInput,
  facts: SessionFacts,
): SessionStep {
  switch (input.kind) {
    case 'asked':
      return ask(model, input.request, facts);
    case 'files-changed':
      return filesChanged(model, input, facts);
    case 'engine-returned':
      return { model, effects: [{ kind: 'start-again', stopped: input.stopped }] };
    case 'service-started':
      return { model, effects: serviceStarted(model, input, facts) };
    case 'container-replaced':
      return { model, effects: [{ kind: 'find-missed', module: input.module }] };
    case 'checks-missed': {
      // What uses it was not checked either, for want of its compile.
      const modules = affectedModules(checkable(model), new Set([input.module]));
      return ask(model, { cause: 'container', modules, own: new Set() }, facts);
    }
    case 'compiled': {
      const services = restartedAfter(checkable(model), input.module);
      return { model, effects: restart(services, input.save, 'restarted after compile', facts) };
    }
    case 'tested': {
      const services = restartedAfterTest(checkable(model), input.module);
      return { model, effects: restart(services, input.save, 'restarted after test', facts) };
    }
    case 'outdated':
      return { model, effects: restart(input.services, input.save, input.cause, facts) };
    case 'installed':
      return installed(model, input.modules, facts);
    case 'defined':
      return defined(model, input.loaded);
    case 'definition-read':
      return definitionRead(model, facts);
    default:
      return unreachable(input);
  }
}

function ask(model: SessionModel, request: SaveRequest, facts: SessionFacts): SessionStep {
  const save = model.saves + 1;
  const { cause, modules } = request;
  const { paths = [], firstAt = facts.now, redefines = false } = request.files ?? {};
  const happening: Happening = {
    ...{ kind: 'change', save, cause, modules, firstAt },
    paths: paths.slice(0, MAX_CHANGE_PATHS),
    total: paths.length,
    affected: concerned(model, request),
  };
  const told: SessionEffect = { kind: 'emit', happening };
  // A module that is not to be checked yet may be by then.
  const waits = redefines || (cause === 'files' && facts.reading);
  const postponed = waits ? [...model.postponed, { save, request }] : model.postponed;
  const begun = waits ? [] : begin(model, { save, request }, facts);
  return { model: { ...model, saves: save, postponed }, effects: [told, ...begun] };
}

function concerned(model: SessionModel, { cause, modules }: SaveRequest): readonly string[] {
  return cause === 'files' ? affectedModules(checkable(model), new Set(modules)) : modules;
}

function begin(
  model: SessionModel,
  { save, request }: NumberedSave,
  facts: SessionFacts,
): readonly SessionEffect[] {
  const modules = concerned(model, request);
  // A container that starts, or an apply that is given up, asks for checks to the last.
  if (modules.length === 0 || facts.ending) return [];
  const { cause, own, only, files } = request;
  const changedAt = files === undefined ? {} : { changedAt: files.lastAt };
  const old = cause === 'files' ? restartedAtOnce(checkable(model), modules) : [];
  return [
    ...restart(old, save, 'restarted after save', facts),
    { kind: 'check', save, options: { modules, own, ...(only && { only }), ...changedAt } },
  ];
}

function restart(
  services: readonly string[],
  save: number,
  cause: string,
  { restarts }: SessionFacts,
): readonly SessionEffect[] {
  return restarts && services.length > 0 ? [{ kind: 'restart', services, save, cause }] : [];
}

function filesChanged(
  model: SessionModel,
  { change, sorted, admitted }: Extract<SessionInput, { kind: 'files-changed' }>,
  facts: SessionFacts,
): SessionStep {
  const { lockfiles, definitions, ignoreFiles } = sorted;
  const edited = [...definitions, ...lockfiles.map(({ path }) => path)];
  const paths = new Set([...edited, ...ignoreFiles, ...[...admitted.values()].flat()]);
  if (paths.size === 0) return { model, effects: [] };
  // Checked once their dependencies are there.
  const waiting = new Set(lockfiles.map(({ module }) => module));
  const own = new Set([...admitted.keys()].filter((one) => !waiting.has(one)));
  const { firstAt, lastAt } = change;
  const files = {
    paths: change.paths.filter((path) => paths.has(path)),
    ...{ firstAt, lastAt, redefines: definitions.length > 0 },
  };
  const asked = ask(model, { cause: 'files', modules: [...own], own, files }, facts);
  const save = asked.model.saves;
  const installs = lockfiles.map(
    ({ module, path }) => ({ kind: 'install', module, lockfile: path, save }) as const,
  );
  const redefined: readonly SessionEffect[] =
    edited.length > 0 ? [{ kind: 'redefine', files: edited, save }] : [];
  return { model: asked.model, effects: [...asked.effects, ...installs, ...redefined] };
}

function serviceStarted(
  model: SessionModel,
  { service, containerId }: Extract<SessionInput, { kind: 'service-started' }>,
  { restarts }: SessionFacts,
): readonly SessionEffect[] {
  const isChecked = checkable(model).some(
    ({ name, checks }) => name === service && checks.length > 0,
  );
  return [
    ...(isChecked ? [{ kind: 'prepare-shell', service, containerId } as const] : []),
    ...(restarts ? [{ kind: 'follow-process', service } as const] : []),
    { kind: 'attend', service, containerId },
    { kind: 'find-missed', module: service },
  ];
}

function installed(
  model: SessionModel,
  own: ReadonlySet<string>,
  facts: SessionFacts,
): SessionStep {
  const modules = affectedModules(checkable(model), own);
  const asked = ask(model, { cause: 'container', modules, own }, facts);
  const old = restartedAtOnce(checkable(model), modules);
  return {
    model: asked.model,
    effects: [
      ...asked.effects,
      ...restart(old, asked.model.saves, 'restarted after install', facts),
    ],
  };
}

function defined(model: SessionModel, loaded: Loaded): SessionStep {
  const before = model.loaded;
  const isNew = before === undefined || !checksAlike(before, loaded);
  const { watch, notifications } = loaded.settings;
  const happening: Happening = {
    kind: 'modules',
    modules: moduleFacts(loaded),
    watch: watch.enabled,
    bell: notifications.bell,
  };
  return {
    model: { ...model, loaded },
    effects: [
      ...(isNew ? [{ kind: 'forget-loops' } as const] : []),
      { kind: 'emit', happening },
      { kind: 'take-over', loaded, checked: checkedModules(loaded) },
    ],
  };
}

function definitionRead(model: SessionModel, facts: SessionFacts): SessionStep {
  const { followed, loaded, postponed } = model;
  const isOther = followed !== undefined && loaded !== undefined;
  return {
    model: { ...model, followed: loaded, postponed: [] },
    effects: [
      ...postponed.flatMap((save) => begin(model, save, facts)),
      ...(isOther ? [{ kind: 'catch-up', before: followed, now: loaded } as const] : []),
    ],
  };
}
