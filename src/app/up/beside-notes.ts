import { asModule, codeBeside } from '../../definitions/code-beside.ts';
import type { WorkspacePlace } from '../../definitions/workspaces.ts';
import type { Module } from '../../model/module.ts';

/** Code that a module takes and that nobody watches. */
export function besideNotes(
  module: Module,
  modules: readonly Module[],
  place: WorkspacePlace,
): readonly string[] {
  return codeBeside(module, modules, place).map((one) => {
    const lacking = one.isForDevelopment ? '' : ', and its image would not have it';
    return `module ${module.name} takes code of ${one.folder} (${one.file}), which is no module: edits there are not followed${lacking}; ${asModule(one, module)} in dev.yaml makes it one`;
  });
}
