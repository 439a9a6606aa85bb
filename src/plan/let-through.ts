import { posix } from 'node:path';
import { isMapping, type PlainMapping } from '../model/plain.ts';
import type { UnnamedVolume } from '../ports/engine.ts';
import type { Task } from '../ports/orchestrator.ts';
import { listAt } from './compose-view.ts';
import type { DesiredService } from './desired.ts';

/** What package managers call the folders that they install into. */
const DEPENDENCY_FOLDERS = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  '.venv',
  'venv',
  '__pypackages__',
  'site-packages',
  'deps',
  'elm-stuff',
]);

/**
 * Folders with dependencies that a service built here lets through from its image, by a volume without
 * a name below the sources that are mounted over it: `- .:/app` with `- /app/node_modules`. Compose hands
 * such a volume on to the next container, so that it shows the image before. Sorted.
 */
export function foldersLetThrough(service: PlainMapping): readonly string[] {
  if (service['build'] === undefined) return [];
  const mounts = listAt(service, 'volumes').flatMap((mount) => {
    if (!isMapping(mount) || typeof mount['target'] !== 'string') return [];
    return [{ type: mount['type'], source: mount['source'], target: mount['target'] }];
  });
  const sources = mounts.filter(({ type }) => type === 'bind').map(({ target }) => target);
  const isBelow = (path: string): boolean =>
    sources.some((source) => path.startsWith(`${source.replace(/\/+$/, '')}/`));
  return mounts
    .filter(({ type, source }) => type === 'volume' && source === undefined)
    .map(({ target }) => posix.normalize(target).replace(/\/+$/, ''))
    .filter((target) => DEPENDENCY_FOLDERS.has(posix.basename(target)) && isBelow(target))
    .sort();
}

/**
 * Volumes of these tasks that would show dependencies of the image before. None where a service has
 * other volumes without a name, too: Compose renews all of them or none, and those may hold data.
 */
export function outdatedFolders(
  { image, letThrough }: Pick<DesiredService, 'image' | 'letThrough'>,
  tasks: readonly Pick<Task, 'imageId' | 'unnamedVolumes'>[],
  {
    imageIds,
    newImages,
  }: {
    readonly imageIds: ReadonlyMap<string, string>;
    readonly newImages: ReadonlyMap<string, string>;
  },
): readonly UnnamedVolume[] {
  const imageId = imageIds.get(image);
  const isOld = ({ imageId: before }: Pick<Task, 'imageId'>): boolean =>
    newImages.has(image) || (imageId !== undefined && imageId !== before);
  if (letThrough.length === 0 || !tasks.some(isOld)) return [];
  const volumes = tasks.flatMap(({ unnamedVolumes }) => unnamedVolumes);
  return volumes.every(({ target }) => letThrough.includes(target)) ? volumes : [];
}
