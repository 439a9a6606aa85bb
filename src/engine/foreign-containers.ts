import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine.ts';
import type { Files } from '../ports/files.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';

/** Compose's own label: the files that a container was made from, absolute, comma-separated. */

/**
 * Why these containers must be left alone: they have the name of this folder, and were made from
 * another folder's files that are still there, by plain Compose or for another person. Where those
 * files are gone, the folder was moved here. What Compose made of this folder's own file is ours.
 * @param root this folder, absolute.
 */
export function foreignContainers(
  instance: string,
  root: string,
  containers: readonly ContainerSummary[],
  files: Pick<Files, 'exists'>,
): Failure | undefined {
  const own = `${root}/`;
  for (const { labels } of containers) {
    const [file = ''] = (labels[COMPOSE_LABELS.configFiles] ?? '').split(',');
    if (file === '' || file.startsWith(own) || !files.exists(file)) continue;
    return {
      reason: 'definition',
      what: `the engine runs another project that is called ${instance}`,
      why: `its containers were made from ${file}`,
      cure: `end that one (docker compose -p ${instance} down), or give this one another name`,
    };
  }
  return undefined;
}
