import { posix } from 'node:path';
import type { Edit } from '../compose/merge/edits.ts';
import { APP_DIRECTORY } from '../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { leaves } from '../util/leaves.ts';

const LABEL = 'its image has the code';

/** What the image of a module holds of the commit, and where. */
export interface BakedCode {
  /** Where its code lies in it. */
  readonly directory: string;
  /** The project's folder, absolute: what a Compose file mounts is of there. */
  readonly root: string;
  /** Folders of the code that is in it, its own and that of modules which it uses, from the project's. */
  readonly trees: readonly string[];
  /** Folders with what was installed for it, absolute in the image. */
  readonly installed: readonly string[];
  /** Files that the commit holds, from the project's folder. */
  readonly committed: readonly string[];
}

/** A mount that a service does not get, as its image has what it would hide. */
export interface LeftOutMount {
  readonly service: string;
  /** Of the service's `volumes`. */
  readonly index: number;
  /** Absolute, or the name of a volume; undefined for one without a name. */
  readonly source: string | undefined;
  readonly target: string;
}

const isBelow = (folder: string, path: string): boolean => !leaves(posix.relative(folder, path));

/** What people put into folders of data, so that git keeps them. */
const PLACEHOLDER = /(?:^|\/)(?:\.(?:git)?keep|\.gitignore|README[^/]*)$/i;

/** A part of the code, from where it lies to where the image has it: `./src:/app/src`. */
function isOwnCode(source: string, target: string, { root, trees, committed }: BakedCode): boolean {
  const path = posix.relative(root, source);
  if (leaves(path) || posix.join(APP_DIRECTORY, path) !== posix.resolve(target)) return false;
  if (!trees.some((tree) => isBelow(tree, path))) return false;
  // What no commit holds is in no image: data that is written there, a configuration of this machine.
  return committed.some((file) => isBelow(path, file) && !PLACEHOLDER.test(file));
}

/** The source over the code of the image, or the hole in it that keeps `node_modules` of a container. */
function hidesCode(volume: PlainMapping, code: BakedCode): boolean {
  const { type, source, target } = volume;
  const { directory, installed } = code;
  if (typeof target !== 'string') return false;
  if (type === 'bind') {
    if (isBelow(target, directory)) return true;
    return typeof source === 'string' && isOwnCode(source, target, code);
  }
  if (type !== 'volume') return false;
  // With a name it keeps what an earlier image had installed.
  return source === undefined
    ? isBelow(directory, target)
    : installed.includes(posix.resolve(target));
}

/**
 * A Compose file that is made for development mounts the sources over those of the image. Where a module
 * runs an image of a commit, it is that code that runs: such mounts are left out.
 * @param code by module.
 */
export function leftOutMounts(
  document: PlainMapping,
  code: ReadonlyMap<string, BakedCode>,
): readonly LeftOutMount[] {
  const services = mappingAt(document, 'services');
  return [...code].flatMap(([service, own]) => {
    const { volumes } = mappingAt(services, service);
    if (!Array.isArray(volumes)) return [];
    return volumes.flatMap((volume: unknown, index): readonly LeftOutMount[] => {
      if (!isMapping(volume) || !hidesCode(volume, own)) return [];
      const source = typeof volume['source'] === 'string' ? volume['source'] : undefined;
      return [{ service, index, source, target: String(volume['target']) }];
    });
  });
}

/** The last first: those before it stay where they are. */
export function leftOutEdits(mounts: readonly LeftOutMount[]): readonly Edit[] {
  return mounts.toReversed().map(({ service, index }) => ({
    kind: 'remove' as const,
    path: ['services', service, 'volumes', String(index)],
    label: LABEL,
  }));
}
