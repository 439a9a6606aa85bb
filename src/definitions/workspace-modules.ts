import { dependencyOrder } from '../util/graph.ts';
import { join, posix } from 'node:path';
import { defaultInstall } from '../model/default-install.ts';
import type { Install, Module } from '../model/module.ts';
import { withMovedFolder } from './dependency-places.ts';
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
  if (path !== workspace.path && defaultInstall(files.list(join(root, path)), image)) {
    return undefined;
  }
  const folder = join(root, workspace.path);
  const install = withMovedFolder(defaultInstall(files.list(folder), image), folder, files);
  if (install?.lockfiles.includes('package.json') !== true) return undefined;
  const packages = workspace.members.map((member) => posix.relative(workspace.path, member));
  return {
    ...install,
    workspace: workspace.path,
    lockfiles: [...install.lockfiles, ...packages.map((one) => `${one}/package.json`)],
    directories: [
      ...install.directories,
      ...packages.flatMap((one) => install.directories.map((name) => `${one}/${name}`)),
    ],
  };
}

/**
 * Modules of one workspace import one another as their package.json says: each uses those that it
 * depends on. What `dev.yaml` says counts first; a circle that only packages make is left open.
 */
export function withWorkspaceUses(
  modules: readonly Module[],
  place: WorkspacePlace,
): readonly Module[] {
  const packages = modules.flatMap((module) => {
    const workspace = workspaceOf(module.path, place);
    return workspace === undefined
      ? []
      : [{ module, workspace, ...packageLinks(module.path, place) }];
  });
  if (packages.length < 2) return modules;
  const uses = new Map(modules.map(({ name, uses: written }) => [name, [...written]]));
  for (const { module, workspace, dependencies } of packages) {
    for (const other of packages) {
      if (other.module.path === module.path || !isSame(other.workspace, workspace)) continue;
      if (other.name === undefined || !dependencies.has(other.name)) continue;
      const own = uses.get(module.name) ?? [];
      if (own.includes(other.module.name)) continue;
      const reached = dependencyOrder([other.module.name], (name) => uses.get(name) ?? []);
      if (reached.includes(module.name)) continue;
      uses.set(module.name, [...own, other.module.name]);
    }
  }
  return modules.map((module) => ({ ...module, uses: uses.get(module.name) ?? [] }));
}

const isSame = (one: Workspace, other: Workspace): boolean => one.path === other.path;
