import { isDeepStrictEqual } from 'node:util';
import type { CheckPlace } from '../checks/check-runner.ts';
import type { ModuleFacts } from '../events/session-event.ts';
import { MOUNTED_AT } from '../model/module.ts';
import type { Module } from '../model/module.ts';
import type { ModuleSettings, Settings } from '../model/settings.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { CheckedModule } from './check-loop.ts';
import type { Loaded } from './environment.ts';

/**
 * All modules, with the checks that the settings want of them: of one that does not run, none. Others
 * may use it all the same.
 */
export function checkedModules({ project, settings }: Loaded): readonly CheckedModule[] {
  return project.modules.map((module) => {
    const chosen: ModuleSettings | undefined = settings.modules.get(module.name);
    const kinds = module.checks.map(({ kind }) => kind);
    return {
      name: module.name,
      uses: module.uses,
      module,
      checks: chosen?.run === false ? [] : kinds.filter((kind) => chosen?.checks[kind] !== false),
    };
  });
}

/** The checks that watch by themselves. */
export function daemonsOf(modules: readonly CheckedModule[]) {
  return modules.flatMap(({ name, module, checks }) =>
    module.checks
      .filter(({ kind, daemon }) => daemon && checks.includes(kind))
      .map(({ kind }) => ({ module: name, kind })),
  );
}

/** Whether two definitions run the same checks in the same modules. */
export function checksAlike(one: Loaded, other: Loaded): boolean {
  return isDeepStrictEqual(checkedModules(one), checkedModules(other));
}

/** Whether changes of a module's files start its checks. */
export function isWatched(
  { settings }: { readonly settings: Pick<Settings, 'watch' | 'modules'> },
  module: string,
): boolean {
  return settings.watch.enabled && settings.modules.get(module)?.watch !== false;
}

/** The modules as clients are told of them. */
export function moduleFacts({ project, settings }: Loaded): readonly ModuleFacts[] {
  return project.modules.map((module) => {
    const chosen: ModuleSettings | undefined = settings.modules.get(module.name);
    return {
      name: module.name,
      path: module.path,
      uses: module.uses,
      run: chosen?.run !== false,
      watch: chosen?.watch !== false,
      checks: module.checks.map(({ kind, daemon }) => ({
        check: kind,
        daemon,
        enabled: chosen?.run !== false && chosen?.checks[kind] !== false,
      })),
    };
  });
}

/** Where a module's checks run: in its own container, in this life of it. */
export function placeFor(
  module: Module,
  { id }: Pick<ContainerSummary, 'id'>,
  deaths: number,
): CheckPlace {
  const directory = module.path === '.' ? MOUNTED_AT : `${MOUNTED_AT}/${module.path}`;
  return { containerId: id, deaths, directory, mountedAt: MOUNTED_AT };
}
