import { join, posix, relative, resolve } from 'node:path';
import type { Repository } from '../../init/repository.ts';
import { exampleNames, ofExample } from '../../model/env-example.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { ProposedFile } from './files.ts';

/** A file of variables that is not there, and the example that it can be made of; both relative to the root. */
export interface MissingEnv {
  readonly path: string;
  readonly example: string;
}

/** Every file that is not there, but an example of it; of several examples the likeliest. */
export function missingEnvFiles(repository: Repository): readonly MissingEnv[] {
  const { root, files, paths } = repository;
  const named = new Set(paths.flatMap((path) => ofExample(path) ?? []));
  return [...named].flatMap((path): readonly MissingEnv[] => {
    if (files.stat(join(root, path)) !== undefined) return [];
    const examples = exampleNames(posix.basename(path)).map((name) =>
      posix.join(posix.dirname(path), name),
    );
    const example = examples.find((one) => repository.has(one));
    return example === undefined ? [] : [{ path, example }];
  });
}

/** A service's files of variables, each with its absolute path. */
export function envFilesOf(service: unknown, directory: string): readonly PlainMapping[] {
  const written = isMapping(service) ? service['env_file'] : undefined;
  const all: readonly unknown[] = Array.isArray(written) ? written : [written];
  return all.flatMap((entry): readonly PlainMapping[] => {
    const file = isMapping(entry) ? entry : { path: entry };
    const { path } = file;
    return typeof path === 'string' ? [{ ...file, path: resolve(directory, path) }] : [];
  });
}

/** Those of them that the project's `.env` is, or services take their variables from. */
export function wantedEnvFiles(
  missing: readonly MissingEnv[],
  document: PlainMapping,
  { root, directory }: { readonly root: string; readonly directory: string },
): readonly MissingEnv[] {
  const services = Object.values(mappingAt(document, 'services'));
  const taken = new Set(
    services.flatMap((service) =>
      envFilesOf(service, directory).map(({ path }) => relative(root, String(path))),
    ),
  );
  return missing.filter(({ path }) => path === '.env' || taken.has(path));
}

/** Copies, which only the person may read. */
export function madeEnvFiles(
  repository: Repository,
  wanted: readonly MissingEnv[],
): readonly ProposedFile[] {
  return wanted.flatMap(({ path, example }): readonly ProposedFile[] => {
    const text = repository.read(example);
    return text === undefined ? [] : [{ path, action: 'create', text, mode: 0o600, isCopy: true }];
  });
}
