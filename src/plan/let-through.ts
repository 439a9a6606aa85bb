import { posix } from 'node:path';
import { isMapping, type PlainMapping } from '../model/plain.ts';
import type { UnnamedVolume } from '../ports/engine-containers.ts';
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

/** A folder with dependencies that lies in a volume, below sources that are mounted over the image's. */
interface DependencyMount {
  readonly target: string;
  /** The key of the volume; undefined where it has no name. */
  readonly volume: string | undefined;
}

/**
 * What a service built here lets through from its image, below the sources that are mounted over it:
 * `- .:/app` with `- /app/node_modules`. Sorted by target.
 */
function dependencyMounts(service: PlainMapping): readonly DependencyMount[] {
  if (service['build'] === undefined) return [];
  const mounts = listAt(service, 'volumes').flatMap((mount) => {
    if (!isMapping(mount) || typeof mount['target'] !== 'string') return [];
    return [{ type: mount['type'], source: mount['source'], target: mount['target'] }];
  });
  const sources = mounts.filter(({ type }) => type === 'bind').map(({ target }) => target);
  const isBelow = (path: string): boolean =>
    sources.some((source) => path.startsWith(`${source.replace(/\/+$/, '')}/`));
  return mounts
    .filter(({ type }) => type === 'volume')
    .map(({ source, target }) => ({
      target: posix.normalize(target).replace(/\/+$/, ''),
      volume: typeof source === 'string' ? source : undefined,
    }))
    .filter(({ target }) => DEPENDENCY_FOLDERS.has(posix.basename(target)) && isBelow(target))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** Those in volumes without a name: Compose hands one on, so that it shows the image before. */
export const foldersLetThrough = (service: PlainMapping): readonly string[] =>
  dependencyMounts(service).flatMap(({ target, volume }) => (volume === undefined ? target : []));

/** Those in volumes with a name, which is filled from an image once, and stays as it is. */
export function foldersInVolumes(
  service: PlainMapping,
): readonly { readonly target: string; readonly volume: string }[] {
  return dependencyMounts(service).flatMap(({ target, volume }) =>
    volume === undefined ? [] : [{ target, volume }],
  );
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
