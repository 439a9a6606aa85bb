import { basename, relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { isOfVariables } from '../../release/env-examples.ts';
import type { Sources } from '../../release/sources.ts';
import { leaves } from '../../util/leaves.ts';

const ONLY_COMMIT = 'What is tried is what the commit holds';

/**
 * A file that is missing where a commit is laid out: to make it there is of no use, as it is the same on every
 * other machine.
 * @param folder where the commit is laid out.
 */
export function inNoCommit(
  failure: Failure,
  { commit, files }: Pick<Sources, 'commit' | 'files'>,
  folder: string,
): Failure {
  const missing = failure.about?.file;
  const path = missing === undefined ? '' : relative(folder, missing);
  if (path === '' || leaves(path) || files.some((one) => one.path === path)) return failure;
  const { at, reason } = failure;
  const user = /^services\.[^ ]+ takes its \w+ from it/.exec(failure.why ?? '')?.[0];
  const given = /^(.+) is given /.exec(failure.what)?.[1];
  const why = user ?? (given === undefined ? undefined : `${given} is given it`);
  const example = `${path}.example`;
  const cure = isOfVariables(basename(path))
    ? `Commit ${example} with values that do no harm: services have those in dev ci; or mark it: required: false`
    : `git add ${path}, where it is no secret; else have compose/ci.yaml name another one that does no harm, which a commit can hold`;
  return {
    ...{ reason, what: `${path} is not in the commit ${commit.slice(0, 7)}` },
    why: why === undefined ? ONLY_COMMIT : `${ONLY_COMMIT}, and ${why}`,
    cure,
    ...(at !== undefined && { at }),
  };
}
