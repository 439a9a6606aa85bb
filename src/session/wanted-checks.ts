import type { Failure } from '../events/failure.ts';
import { CHECK_KINDS } from '../model/checks.ts';
import type { CheckKind } from '../model/checks.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { Loaded } from './environment.ts';
import type { Intent } from './protocol.ts';
import type { ServiceFollower } from './service-follower.ts';
import { checkedModules } from './session-modules.ts';

type RunCheck = Extract<Intent, { kind: 'run-check' }>;

/** The modules that are meant: all where none is named. Fails for one that there is not. */
export function meantModules(
  loaded: Loaded | undefined,
  names: readonly string[] | undefined,
): Result<readonly string[], Failure> {
  const known = (loaded?.project.modules ?? []).map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown === undefined) return ok(names ?? known);
  return fail({
    reason: 'usage',
    what: `there is no module ${unknown}`,
    cure: `modules are: ${known.join(', ')}`,
  });
}

/** Whether a check would be run: without one there would be nothing to wait for the end of. */
export function isAnyWanted(
  loaded: Loaded,
  names: readonly string[],
  only: ReadonlySet<CheckKind> | undefined,
): boolean {
  const wanted = checkedModules(loaded).filter(({ name }) => names.includes(name));
  return wanted.some(({ checks }) => checks.some((kind) => only?.has(kind) ?? true));
}

/** Where not one of the containers runs, that is one thing to say, not one for each check. */
export function nothingRuns(
  loaded: Loaded,
  names: readonly string[],
  services: Pick<ServiceFollower, 'running' | 'absence'>,
): Failure | undefined {
  const checked = checkedModules(loaded).filter(({ checks }) => checks.length > 0);
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

/** Why nothing would run of what was named: a check that there is not, or that is switched off. */
export function missingChecks(loaded: Loaded, { modules, only }: RunCheck): Failure | undefined {
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
