import { join } from 'node:path';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import { addEntry, isWritten, yamlNodeAt } from '../../definitions/yaml-edit.ts';
import { parseYaml } from '../../definitions/yaml-source.ts';
import type { Failure } from '../../events/failure.ts';
import { moduleLine, moduleText } from '../../init/dev-yaml.ts';
import type { FoundModule } from '../../init/found.ts';
import { movedText, type Move } from '../../init/move.ts';
import type { Repository } from '../../init/repository.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { InitWorld } from './define.ts';
import { gitIgnoreFile, type ProposedFile } from './files.ts';
import { imageFiles } from './propose.ts';

/** With the Dockerfile as people know it: `web/Dockerfile`. */
export type MoveWithFile = Move & {
  readonly dockerfile: string;
  readonly repository: Repository;
};

/** The text of dev.yaml with one module more, whatever its indentation. */
function withModule(text: string, module: FoundModule): Result<string, Failure> {
  const source = parseYaml(PROJECT_FILE, text);
  const lines = moduleText(module).trimEnd().split('\n');
  const flow = moduleLine(module);
  if (source.ok) {
    const added = isWritten(yamlNodeAt(source.value, ['modules']))
      ? addEntry(source.value, ['modules'], (at) => lines.map((line) => at + line.slice(2)), flow)
      : addEntry(source.value, [], () => ['', 'modules:', ...lines], flow);
    if (added !== undefined) return ok(added);
  }
  const what = `modules.${module.name} cannot be added to dev.yaml`;
  return fail({ reason: 'definition', what, cure: 'Add it yourself:', detail: lines });
}

/** What is written for a move: dev.yaml with its modules, and what only the Dockerfile said. */
export function moveFiles(
  root: string,
  { module, service, inDevelopment, dockerfile, repository }: MoveWithFile,
  libraries: readonly FoundModule[],
  { files }: InitWorld,
): Result<readonly ProposedFile[], Failure> {
  const text = files.read(join(root, PROJECT_FILE));
  if (!text.ok) return text;
  const added = [...libraries, module];
  let changed: Result<string, Failure> = ok(text.value ?? '');
  for (const one of added) if (changed.ok) changed = withModule(changed.value, one);
  if (!changed.ok) return changed;
  const given: readonly ProposedFile[] = [
    ['base', service] as const,
    ['dev', inDevelopment] as const,
  ].flatMap(([folder, one]) => {
    const path = `compose/${folder}/${module.name}.yaml`;
    if (one === undefined) return [];
    return [{ path, action: 'create', text: movedText(module.name, dockerfile, one) }];
  });
  const there = given.find(({ path }) => files.exists(join(root, path)));
  if (there !== undefined) {
    return fail({ reason: 'usage', what: `${there.path} is there already`, cure: 'Rename it' });
  }
  const shown = added.map(moduleText).join('');
  const images = imageFiles(repository, added);
  return ok([
    ...images,
    ...given,
    ...gitIgnoreFile(repository, added, []),
    { path: PROJECT_FILE, action: 'change', text: changed.value, shown },
  ]);
}
