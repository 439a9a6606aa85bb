import { dirname, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';

export const PROJECT_FILE = 'dev.yaml';

/**
 * The project that a folder belongs to: it or its nearest parent with a `dev.yaml`. Where there is
 * none, or one of another repository alone, the nearest with a Compose file.
 * @param hasCompose whether Compose would find its files in a folder.
 * @returns the absolute root, symlinks resolved.
 */
export function findProject(
  startDirectory: string,
  files: Pick<Files, 'exists' | 'realPath'>,
  hasCompose: (folder: string) => boolean,
): Result<string, Failure> {
  const start = files.realPath(startDirectory);
  if (start === undefined) {
    const cure = 'Go to the project’s folder, or name it with --project DIR';
    return fail(noFolder(startDirectory, cure));
  }
  let plain: string | undefined;
  for (let at = start; ; at = dirname(at)) {
    if (files.exists(join(at, PROJECT_FILE))) return ok(at);
    plain ??= hasCompose(at) ? at : undefined;
    // What lies above is another repository's.
    if (plain !== undefined && files.exists(join(at, '.git'))) return ok(plain);
    if (at === dirname(at)) break;
  }
  if (plain !== undefined) return ok(plain);
  return fail(noProject(start, files));
}

/** Bytes of a name that are no UTF-8 come as this from the system: what it stands for is not known. */
const NO_CHARACTER = '\uFFFD';

/** Why a folder cannot be worked in that somebody is in, or has named. */
export function noFolder(path: string, cure: string): Failure {
  if (!path.includes(NO_CHARACTER)) {
    return { reason: 'usage', what: `there is no folder ${path}`, cure };
  }
  return {
    reason: 'usage',
    what: `the folder ${path} cannot be worked in`,
    why: 'its name, or that of one above it, is not UTF-8: neither Compose nor the engine can be told it',
    cure: 'Give it another name',
  };
}

/** Names that people give the file, which is looked for by one name alone. */
export const OTHER_NAMES = ['dev.yml', 'Dev.yaml', 'Dev.yml', 'dev.YAML', '.dev.yaml'];

function noProject(start: string, files: Pick<Files, 'exists'>): Failure {
  const what = `no ${PROJECT_FILE} and no Compose file here`;
  const other = OTHER_NAMES.find((name) => files.exists(join(start, name)));
  if (other !== undefined) {
    return {
      reason: 'definition',
      what,
      why: `${other} is not its name`,
      cure: `mv ${other} ${PROJECT_FILE}`,
    };
  }
  return {
    reason: 'definition',
    what,
    why: `neither ${start} nor a folder above it has one`,
    cure: 'Name a project with --project DIR, or make this folder one: dev init',
  };
}
