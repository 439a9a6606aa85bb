import { basename } from 'node:path/posix';
import type { LayerInput } from './loading.ts';
import type { Problems } from '../problems.ts';
import { substitute } from '../read/template.ts';
import { child } from '../tree.ts';

/** A text as Compose makes a project name of it: lower case, letters, digits, dashes. */
export function normalizeName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/**
 * The project's name: as asked for, by COMPOSE_PROJECT_NAME, by the last `name:` of the files, or
 * by the folder.
 */
export function projectName(
  inputs: readonly LayerInput[],
  request: {
    readonly projectName?: string;
    readonly projectDirectory: string;
    readonly interpolate: boolean;
  },
  environment: ReadonlyMap<string, string>,
  problems: Problems,
): string | undefined {
  const asked = request.projectName ?? (environment.get('COMPOSE_PROJECT_NAME') || undefined);
  if (asked !== undefined) {
    if (asked !== '' && normalizeName(asked) === asked) return asked;
    problems.add(`"${asked}" is no name for a project`, undefined, {
      why: 'It has lower-case letters, digits, dashes and underscores, and starts with a letter or digit.',
    });
    return undefined;
  }
  const written = writtenName(inputs);
  const text =
    written === undefined
      ? basename(request.projectDirectory)
      : request.interpolate
        ? substitute(written, (name) => environment.get(name)).text
        : written;
  const name = normalizeName(text);
  if (name !== '') return name;
  problems.add(`"${text}" leaves no name for the project`, undefined, {
    cure: 'Give a name: with letters or digits.',
  });
  return undefined;
}

/** The last `name:` at the top of the files, as written. */
function writtenName(inputs: readonly LayerInput[]): string | undefined {
  let found: string | undefined;
  for (const input of inputs) {
    if (input.kind === 'tree') {
      const name = child(input.tree, 'name');
      if (name?.kind === 'scalar' && typeof name.value === 'string') found = name.value || found;
      continue;
    }
    for (const document of input.documents) {
      for (let index = 0; index + 1 < document.children.length; index += 2) {
        const value = document.children[index + 1];
        if (document.children[index]?.value !== 'name' || value?.kind !== 'scalar') continue;
        if (value.value !== '') found = value.value;
      }
    }
  }
  return found;
}
