import { join } from 'node:path';
import { asModule, codeBeside, type CodeBeside } from '../../definitions/code-beside.ts';
import type { WorkspacePlace } from '../../definitions/workspaces.ts';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';

/** Its line in the module's manifest. */
function placeOf(
  { name, folder, file }: CodeBeside,
  { root, files }: Pick<WorkspacePlace, 'root' | 'files'>,
): Failure['at'] {
  const text = files.read(join(root, file));
  const lines = (text.ok ? (text.value ?? '') : '').split('\n');
  const last = folder.slice(folder.lastIndexOf('/') + 1);
  const find = (word: string): number => lines.findIndex((line) => line.includes(word));
  const word = find(`"${name}"`) < 0 ? `/${last}` : `"${name}"`;
  const index = find(word);
  if (index < 0) return undefined;
  const line = lines[index] ?? '';
  return { file, line: index + 1, column: line.indexOf(word) + 1, text: line };
}

/**
 * Refuses code of the repository that a module needs and that is of no module: neither the pipeline's steps nor the
 * image have it. What only development asks for may not be needed here.
 * @param src where the commit is laid out.
 */
export function refuseCodeBeside(
  modules: readonly Module[],
  src: string,
  files: WorkspacePlace['files'],
): readonly Failure[] {
  const place = { root: src, files };
  return modules.flatMap((module) =>
    codeBeside(module, modules, place)
      .filter(({ isForDevelopment }) => !isForDevelopment)
      .map((one): Failure => {
        const at = placeOf(one, place);
        const called = one.name === one.folder ? one.folder : `${one.name} (${one.folder})`;
        return {
          reason: 'definition',
          what: `${module.name} needs ${called}, which would not be in its image`,
          why: 'there, and where it is built, is its own code, and that of modules that it uses',
          cure: `Make it a module, and say \`uses\` where ${module.name} does not use it by itself: ${asModule(one, module)}`,
          ...(at !== undefined && { at }),
        };
      }),
  );
}
