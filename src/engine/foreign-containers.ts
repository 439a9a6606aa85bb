import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import type { Task } from '../ports/orchestrator.ts';

/**
 * Why these containers must be left alone: they have the name of this folder, and were made from
 * another folder's files that are still there, by plain Compose or for another person. Where those
 * files are gone, the folder was moved here. What Compose made of this folder's own file is ours.
 * @param root this folder, absolute.
 */
export function foreignContainers(
  instance: string,
  root: string,
  tasks: readonly Pick<Task, 'madeFrom'>[],
  files: Pick<Files, 'exists'>,
): Failure | undefined {
  const own = `${root}/`;
  for (const { madeFrom: file } of tasks) {
    if (file === undefined || file.startsWith(own) || !files.exists(file)) continue;
    return {
      reason: 'definition',
      what: `the engine runs another project that is called ${instance}`,
      why: `its containers were made from ${file}`,
      cure: `end that one (docker compose -p ${instance} down), or give this one another name`,
    };
  }
  return undefined;
}
