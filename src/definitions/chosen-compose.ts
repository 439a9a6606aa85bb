import { dirname, join } from 'node:path';
import type { ComposeFiles } from '../model/project.ts';
import type { Files } from '../ports/files.ts';
import type { DefinitionProblems } from './problems.ts';
import { severalOf } from './schema-parts.ts';

interface ComposeContext {
  /** Absolute project root. */
  readonly root: string;
  readonly files: Pick<Files, 'exists'>;
  /** Those that Compose itself would find. */
  readonly compose?: ComposeFiles | undefined;
}

/** The Compose files that are the project's lowest layer: as dev.yaml has it, else as they were found. */
export function composeOf(
  written: false | string | readonly string[] | undefined,
  { root, files, compose }: ComposeContext,
  problems: DefinitionProblems,
): ComposeFiles | undefined {
  if (written === undefined) return compose;
  const names = written === false ? [] : severalOf(written);
  const paths = names.map((name) => join(root, name));
  paths.forEach((path, index) => {
    if (files.exists(path)) return;
    problems.at(['compose', ...(typeof written === 'string' ? [] : [index])], {
      what: `there is no file ${names[index] ?? ''}`,
      why: 'compose: names the Compose files of the project, relative to dev.yaml',
      cure: 'Mend the path, or write compose: false to leave the Compose file out',
    });
  });
  const [first] = paths;
  if (first === undefined) return undefined;
  const directory = dirname(first);
  return { files: paths, overrides: [], directory, byVariable: false, passedOver: [] };
}
