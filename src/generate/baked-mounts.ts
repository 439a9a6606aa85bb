import { posix } from 'node:path';
import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { leaves } from '../util/leaves.ts';

const LABEL = 'its image has the code';

const isBelow = (folder: string, path: string): boolean => !leaves(posix.relative(folder, path));

/** The source over the code of the image, or the hole in it that keeps `node_modules` of a container. */
function hidesCode(volume: unknown, directory: string): boolean {
  if (!isMapping(volume)) return false;
  const { type, source, target } = volume;
  if (typeof target !== 'string') return false;
  if (type === 'bind') return isBelow(target, directory);
  return type === 'volume' && source === undefined && isBelow(directory, target);
}

/**
 * A Compose file that is made for development mounts the sources over those of the image. Where a module
 * runs an image of a commit, it is that code that runs: such mounts are taken out.
 * @param directories module → where its code lies in its image.
 */
export function bakedMountEdits(
  document: PlainMapping,
  directories: ReadonlyMap<string, string>,
): readonly Edit[] {
  const services = mappingAt(document, 'services');
  return [...directories].flatMap(([name, directory]): readonly Edit[] => {
    const { volumes } = mappingAt(services, name);
    if (!Array.isArray(volumes)) return [];
    const hiding = volumes.flatMap((volume: unknown, index) =>
      hidesCode(volume, directory) ? [index] : [],
    );
    // The last first: those before it stay where they are.
    return hiding.toReversed().map((index) => ({
      ...{ kind: 'remove' as const, path: ['services', name, 'volumes', String(index)] },
      label: LABEL,
    }));
  });
}
