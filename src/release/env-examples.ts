import { posix } from 'node:path';
import { exampleNames, ofExample } from '../model/env-example.ts';
import type { Sources } from './sources.ts';

/** A file of variables that a commit does not hold, and the example of it that it does. */
export interface EnvExample {
  readonly path: string;
  readonly example: string;
}

/** `.env`, `api.env`, `.env.local`; an example of anything else is nobody's business. */
const OF_VARIABLES = /(?:^|\.)env(?:[.-]|$)/;

/** Whether a file's name says that it holds variables. */
export const isOfVariables = (name: string): boolean => OF_VARIABLES.test(name);

/** Files of variables that everybody makes of an example, as they belong to no commit; the likeliest example each. */
export function envExamples({ files }: Pick<Sources, 'files'>): readonly EnvExample[] {
  const committed = new Set(files.map(({ path }) => path));
  const named = new Set([...committed].flatMap((path) => ofExample(path) ?? []));
  return [...named].flatMap((path) => {
    if (committed.has(path) || !OF_VARIABLES.test(posix.basename(path))) return [];
    const examples = exampleNames(posix.basename(path)).map((name) =>
      posix.join(posix.dirname(path), name),
    );
    const example = examples.find((one) => committed.has(one));
    return example === undefined ? [] : [{ path, example }];
  });
}
