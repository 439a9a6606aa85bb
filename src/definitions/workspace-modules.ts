import { dependencyOrder } from '../util/graph.ts';
import { join, posix } from 'node:path';
import type { Install, Module } from '../model/module.ts';
import { goLinks } from './go-workspaces.ts';
import { lockedInstall } from './locked-install.ts';
import { withNamedFiles } from './install-files.ts';
import { packageLinks, workspaceOf, type Workspace, type WorkspacePlace } from './workspaces.ts';

/**
 * How the dependencies of a package of a workspace are installed: once for all packages, at the
 * workspace's root, into folders of the root and of every package.
 * @param path the module's folder, relative to the project.
 * @returns undefined where the module is in no workspace, or has a lockfile of its own.
 */
export function workspaceInstall(
  path: string,
  image: string,
  place: WorkspacePlace,
): Install | undefined {
  const { root, files } = place;
  const workspace = workspaceOf(path, place);
  if (workspace === undefined) return undefined;
  if (path !== workspace.path && lockedInstall(join(root, path), image, files)) {
    return undefined;
  }
  const folder = join(root, workspace.path);
  const install = lockedInstall(folder, image, files);
  if (install?.lockfiles.includes('package.json') !== true) return undefined;
  const packages = workspace.members.map((member) => posix.relative(workspace.path, member));
  const shared = {
    ...install,
    lockfiles: [...install.lockfiles, ...packages.map((one) => `${one}/package.json`)],
  };
  return {
    ...withNamedFiles(shared, folder, files),
    workspace: workspace.path,
    directories: [
      ...install.directories,
      ...packages.flatMap((one) => install.directories.map((name) => `${one}/${name}`)),
    ],
  };
}

/**
 * Modules of one workspace import one another as their package.json or go.mod says: each uses those
 * that it depends on. What `dev.yaml` says counts first; a circle that only packages make is left open.
 */
export function withWorkspaceUses(
  modules: readonly Module[],
  place: WorkspacePlace,
): readonly Module[] {
  const links = [...packageUses(modules, place), ...goUses(modules, place)];
  if (links.length === 0) return modules;
  const uses = new Map(modules.map(({ name, uses: written }) => [name, [...written]]));
  for (const [user, used] of links) {
    const own = uses.get(user) ?? [];
    if (own.includes(used)) continue;
    const reached = dependencyOrder([used], (name) => uses.get(name) ?? []);
    if (!reached.includes(user)) uses.set(user, [...own, used]);
  }
  return modules.map((module) => ({ ...module, uses: uses.get(module.name) ?? [] }));
}

/** Who uses whom, by name. */
type Link = readonly [user: string, used: string];

function packageUses(modules: readonly Module[], place: WorkspacePlace): readonly Link[] {
  const packages = modules.flatMap((module) => {
    const workspace = workspaceOf(module.path, place);
    return workspace === undefined
      ? []
      : [{ module, workspace, ...packageLinks(module.path, place) }];
  });
  return packages.flatMap(({ module, workspace, dependencies }) =>
    packages.flatMap((other): readonly Link[] => {
      if (other.module.path === module.path || !isSame(other.workspace, workspace)) return [];
      const isNamed = other.name !== undefined && dependencies.has(other.name);
      return isNamed ? [[module.name, other.module.name]] : [];
    }),
  );
}

/** Of several modules in one folder the first has its code. */
function goUses(modules: readonly Module[], place: WorkspacePlace): readonly Link[] {
  const links = goLinks(
    modules.map(({ path }) => path),
    place,
  );
  return modules.flatMap(({ name, path }) =>
    (links.get(path) ?? []).flatMap((folder): readonly Link[] => {
      const used = modules.find((one) => one.path === folder);
      return used === undefined ? [] : [[name, used.name]];
    }),
  );
}

const isSame = (one: Workspace, other: Workspace): boolean => one.path === other.path;
