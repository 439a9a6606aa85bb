import { join, posix } from 'node:path';
import { mappingAt } from '../model/plain.ts';
import type { Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import { leaves } from '../util/leaves.ts';
import { goTaken } from './go-workspaces.ts';
import { manifestAt, packageLinks, workspaceOf, type WorkspacePlace } from './workspaces.ts';

/** Code of the repository that a module takes, and that is of no module that it uses. */
export interface CodeBeside {
  /** As its manifest names it; a module of Go's is named by its folder. */
  readonly name: string;
  /** From the project's folder. */
  readonly folder: string;
  /** The manifest that names it, from the project's folder. */
  readonly file: string;
  /** Whether that is for development alone. */
  readonly isForDevelopment: boolean;
}

const FOLDER = /^(?:(?:file|link|portal):|(?=\.{1,2}\/))(\S+)$/;
const RUNTIME = ['dependencies', 'optionalDependencies'];

/** Folders that a package.json names itself: `file:../lib`. */
function namedFolders(path: string, place: WorkspacePlace): readonly CodeBeside[] {
  const { root, files } = place;
  const manifest = manifestAt(path, place);
  const file = posix.join(path, 'package.json');
  return [...RUNTIME, 'devDependencies'].flatMap((group) =>
    Object.entries(mappingAt(manifest, group)).flatMap(([name, version]) => {
      const [, named] = FOLDER.exec(String(version)) ?? [];
      if (named === undefined || posix.isAbsolute(named)) return [];
      const folder = posix.join(path, named).replace(/\/$/, '');
      if (!files.isDirectory(join(root, folder))) return [];
      return [{ name, folder, file, isForDevelopment: !RUNTIME.includes(group) }];
    }),
  );
}

/** Packages of the same workspace. */
function members({ path, install }: Module, place: WorkspacePlace): readonly CodeBeside[] {
  if (install?.workspace === undefined) return [];
  const { dependencies, runtime } = packageLinks(path, place);
  return (workspaceOf(path, place)?.members ?? []).flatMap((folder) => {
    const { name } = packageLinks(folder, place);
    if (name === undefined || !dependencies.has(name)) return [];
    const file = posix.join(path, 'package.json');
    return [{ name, folder, file, isForDevelopment: !runtime.has(name) }];
  });
}

/** Folders of other modules of Go, which a `vendor` has a copy of. */
function ofGo({ path }: Module, place: WorkspacePlace): readonly CodeBeside[] {
  const { root, files } = place;
  if (files.exists(join(root, path, 'vendor/modules.txt'))) return [];
  const file = posix.join(path, 'go.mod');
  return goTaken(path, place).map((folder) => ({
    ...{ name: folder, folder, file, isForDevelopment: false },
  }));
}

/**
 * Code of the repository that a module takes, and that is of no module that it uses: in development it is there, as all
 * of the repository is, and nobody follows its edits; steps of the pipeline and images do not have it.
 */
export function codeBeside(
  module: Module,
  modules: readonly Module[],
  place: WorkspacePlace,
): readonly CodeBeside[] {
  const seen = withUses([module], modules).map(({ path }) => path);
  const isSeen = (folder: string): boolean =>
    seen.some((path) => path === '.' || folder === path || folder.startsWith(`${path}/`));
  const found = [
    ...members(module, place),
    ...namedFolders(module.path, place),
    ...ofGo(module, place),
  ];
  const byFolder = new Map(found.map((one) => [one.folder, one]));
  return [...byFolder.values()].filter(
    ({ folder }) => !leaves(folder) && folder !== '.' && !isSeen(folder),
  );
}

/** What makes a module of it, as dev.yaml has it. */
export function asModule({ folder }: Pick<CodeBeside, 'folder'>, { image }: Module): string {
  return `modules: { ${posix.basename(folder)}: { path: ${folder}, image: ${image} } }`;
}
