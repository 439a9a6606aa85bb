import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Place } from '../source.ts';

/** What kind of thing of the host is reached. */
export type ReachKind =
  /** A file or folder outside of the project. */
  | 'path'
  /** The engine's own socket: whoever has it is root on the machine. */
  | 'engine'
  /** Rights on the host that a container has not by itself: privileged, capabilities, namespaces. */
  | 'rights'
  /** A device of the host. */
  | 'device'
  /** The host's network, or a port that other machines see. */
  | 'network'
  /** A variable of the person's shell, or the keys of the SSH agent. */
  | 'secret'
  /** Data, networks or containers that are not this project's. */
  | 'foreign'
  /** Data of the project that is deleted. */
  | 'data'
  /** A program of the host that is run. */
  | 'program';

/** One finding of a rule, before its place is worked out. */
export interface FoundPath {
  readonly kind: ReachKind;
  readonly where: string;
  readonly what: string;
  readonly at: Place;
}

/** What the rules on the host's reach need to know of the world around the document. */
export interface ReachWorld {
  /** The project folder: absolute, symlinks resolved. */
  readonly root: string;
  /** Compose project name: volumes and networks that begin with it and `_` are the project's own. */
  readonly instance: string;
  /** Whether a port without an address is published to every machine; else it binds to loopback. */
  readonly opensPorts: boolean;
  /** Folders of the tool's own that may be read (profiles, catalogue): absolute. */
  readonly readable: readonly string[];
  /** The other project on this machine whose images go by such a name; undefined for none. */
  readonly ownerOfImage: (repository: string) => string | undefined;
  /** Whether a variable has its value from the person's shell, not from the project's `.env`. */
  readonly isOfShell: (variable: string) => boolean;
  /** Where a path really leads; undefined when there is nothing. */
  readonly realPath: (path: string) => string | undefined;
  /** Where a link itself leads, as it is written; undefined when it is none. */
  readonly linkTarget: (path: string) => string | undefined;
}

/** As many links as the kernel follows. */
const MOST_LINKS = 40;

/**
 * A path as it really is: links followed as far as something is there, and those that lead to
 * nothing yet as well, as something may be there when a container starts.
 */
export function reachedPath(
  path: string,
  world: Pick<ReachWorld, 'root' | 'realPath' | 'linkTarget'>,
  linksLeft = MOST_LINKS,
): string {
  const whole = resolve(world.root, path);
  let there = whole;
  for (;;) {
    const real = world.realPath(there);
    if (real !== undefined) return resolve(real, relative(there, whole));
    const target = linksLeft > 0 ? world.linkTarget(there) : undefined;
    if (target !== undefined) {
      const folder = world.realPath(dirname(there)) ?? dirname(there);
      return reachedPath(resolve(folder, target, relative(there, whole)), world, linksLeft - 1);
    }
    if (dirname(there) === there) return whole;
    there = dirname(there);
  }
}

function within(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

/**
 * Whether a path, links followed, leaves the project.
 * @param use what the tool itself brings may be read, not written.
 */
export function outside(path: string, world: ReachWorld, use: 'read' | 'write' = 'read'): boolean {
  const real = reachedPath(path, world);
  const allowed = use === 'read' ? [world.root, ...world.readable] : [world.root];
  return !allowed.some((folder) => within(folder, real));
}
