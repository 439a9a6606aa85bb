import { posix } from 'node:path';
import { APP_DIRECTORY, type Module } from '../model/module.ts';
import type { StageDefinition } from '../model/pipeline.ts';
import { withUses } from '../model/uses.ts';

/** A file or folder of the workspace, and where a container sees it. */
export interface KeptMount {
  readonly source: string;
  readonly target: string;
}

/** A stage that has kept something, and the folder that it ran in, from the project's. */
export interface KeptBefore {
  readonly folder: string;
  readonly artifact: StageDefinition['artifact'];
}

/**
 * What the stages before one of a module have kept and its container would not see: that has the module's
 * folder and those that it uses alone. A stage without a module sees all of its workspace.
 */
export function keptMounts(
  module: Module | undefined,
  before: readonly KeptBefore[],
  { workspace, modules }: { readonly workspace: string; readonly modules: readonly Module[] },
): readonly KeptMount[] {
  if (module === undefined || module.path === '.') return [];
  const seen = withUses([module], modules).map(({ path }) => path);
  const paths = before.flatMap(({ folder, artifact }) =>
    artifact.map((path) => posix.join(folder, path).replace(/\/$/, '')),
  );
  return [...new Set(paths)]
    .filter((path) => !seen.some((one) => path === one || path.startsWith(`${one}/`)))
    .map((path) => ({
      source: posix.join(workspace, path),
      target: posix.join(APP_DIRECTORY, path),
    }));
}
