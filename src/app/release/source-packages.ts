import { join, posix } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { imageFamily } from '../../model/image-version.ts';
import { installFolder, type Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import type { Files } from '../../ports/files.ts';
import { sourcePackages, type SourcePackage } from '../../release/python-packages.ts';
import { leaves } from '../../util/leaves.ts';

/** With its folder from the project's. */
export type PlacedPackage = SourcePackage & { readonly folder: string };

const READ = /\.txt$|^pyproject\.toml$/;

/**
 * The packages that the install of a module for production makes of code of the repository: that code has to be
 * there. Those of a workspace come with it.
 * @param src where the commit is laid out.
 */
export function packagesOf(
  module: Module,
  src: string,
  files: Pick<Files, 'read' | 'exists'>,
): readonly PlacedPackage[] {
  const { install } = module;
  if (install?.production === undefined || install.workspace !== undefined) return [];
  if (imageFamily(module.image) !== 'python' && !/\bpip3? install\b/.test(install.production))
    return [];
  const folder = installFolder(module, install);
  const names = install.lockfiles.filter((name) => READ.test(name));
  const texts = names.map((name) => {
    const text = files.read(join(src, folder, name));
    return [name, text.ok ? (text.value ?? '') : ''] as const;
  });
  const found = sourcePackages(install.production, new Map(texts), install.lockfiles);
  return found
    .map((one) => ({ ...one, folder: posix.join(folder, one.path) }))
    .filter((one) => {
      const isMade = ['pyproject.toml', 'setup.py'].some((name) =>
        files.exists(join(src, one.folder, name)),
      );
      return isMade || leaves(one.folder);
    });
}

/** Whether a folder is one of a module's own code, or of modules' that it uses: only that is in its containers. */
function isSeen(folder: string, module: Module, modules: readonly Module[]): boolean {
  if (leaves(folder)) return false;
  return withUses([module], modules).some(
    ({ path }) => path === '.' || folder === path || folder.startsWith(`${path}/`),
  );
}

/** Refuses packages that are of nobody's code: they would be missing, in the install or in the image. */
export function refuseForeignPackages(
  modules: readonly Module[],
  src: string,
  files: Pick<Files, 'read' | 'exists'>,
): readonly Failure[] {
  return modules.flatMap((module) =>
    packagesOf(module, src, files)
      .filter(({ folder }) => !isSeen(folder, module, modules))
      .map(({ folder, path, at }): Failure => {
        const file = at === undefined ? undefined : posix.join(module.path, at.file);
        const text = file === undefined ? undefined : files.read(join(src, file));
        const line = text?.ok === true ? text.value?.split('\n')[(at?.line ?? 1) - 1] : undefined;
        const name = posix.basename(folder);
        return {
          reason: 'definition',
          what: `${module.name} is installed with ${path}, which is not in its image, nor there when it is installed`,
          why: 'there is its own code, that of modules that it uses, and the files at the root',
          cure: leaves(folder)
            ? 'Move it into the project'
            : `Make it a module (modules: { ${name}: { path: ${folder}, image: python } }), and say \`uses: [${name}]\` in modules.${module.name}`,
          ...(file !== undefined &&
            at !== undefined && {
              at: { file, line: at.line, column: 1, ...(line !== undefined && { text: line }) },
            }),
        };
      }),
  );
}

/** Of every module. */
export function packagesByModule(
  modules: readonly Module[],
  src: string,
  files: Pick<Files, 'read' | 'exists'>,
): ReadonlyMap<string, readonly PlacedPackage[]> {
  return new Map(modules.map((module) => [module.name, packagesOf(module, src, files)]));
}
