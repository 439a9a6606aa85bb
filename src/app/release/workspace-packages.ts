import { join, posix } from 'node:path';
import { packageLinks, workspaceOf, type WorkspacePlace } from '../../definitions/workspaces.ts';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';

/** A package of a module's workspace that it needs when it runs, and that is no module. */
interface Lacking {
  readonly module: Module;
  /** What it is called. */
  readonly name: string;
  /** Where it lies, from the project's folder. */
  readonly folder: string;
}

function lackingOf(
  module: Module,
  modules: readonly Module[],
  place: WorkspacePlace,
): readonly Lacking[] {
  if (module.install?.workspace === undefined) return [];
  const workspace = workspaceOf(module.path, place);
  const { runtime } = packageLinks(module.path, place);
  const seen = withUses([module], modules).map(({ path }) => path);
  return (workspace?.members ?? []).flatMap((folder) => {
    const { name } = packageLinks(folder, place);
    const isThere = seen.includes(folder) || seen.includes('.');
    return name !== undefined && runtime.has(name) && !isThere ? [{ module, name, folder }] : [];
  });
}

/** Its line in the module's manifest. */
function placeOf(
  { module, name }: Lacking,
  { root, files }: Pick<WorkspacePlace, 'root' | 'files'>,
): Failure['at'] {
  const file = posix.join(module.path, 'package.json');
  const text = files.read(join(root, file));
  const lines = (text.ok ? (text.value ?? '') : '').split('\n');
  const index = lines.findIndex((line) => line.includes(`"${name}"`));
  if (index < 0) return undefined;
  const line = lines[index] ?? '';
  return { file, line: index + 1, column: line.indexOf(`"${name}"`) + 1, text: line };
}

/**
 * Refuses packages of a workspace that a module needs when it runs and that are no modules: in development they are
 * there, as all of the repository is; in its image they would be missing.
 * @param src where the commit is laid out.
 */
export function refuseForeignMembers(
  modules: readonly Module[],
  src: string,
  files: WorkspacePlace['files'],
): readonly Failure[] {
  const place = { root: src, files };
  const lacking = modules.flatMap((module) => lackingOf(module, modules, place));
  return lacking.map((one): Failure => {
    const { module, name, folder } = one;
    const at = placeOf(one, place);
    return {
      reason: 'definition',
      what: `${module.name} needs ${name} (${folder}), which would not be in its image`,
      why: 'there is its own code, and that of modules that it uses',
      cure: `Make it a module, which ${module.name} then uses by itself: modules: { ${posix.basename(folder)}: { path: ${folder}, image: ${module.image} } }`,
      ...(at !== undefined && { at }),
    };
  });
}
