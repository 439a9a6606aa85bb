/** A package that a lockfile holds. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Package URL without its version: `pkg:npm/%40scope/name`. */
  readonly type: 'npm' | 'golang' | 'pypi' | 'maven';
  /** Only development needs it. */
  readonly development: boolean;
  /** Production may do without it, on another system or by what its lockfile leaves open: what was installed tells. */
  readonly optional?: boolean;
  /** As the lockfile tells it: an SPDX expression. */
  readonly licence?: string;
  /** Where it is installed, relative to the lockfile's folder; undefined where it lies in a cache. */
  readonly path?: string;
}

/** Everything that is reached from some keys; keys that there are not lead nowhere. */
export function reached(
  roots: readonly string[],
  next: (key: string) => readonly string[],
): ReadonlySet<string> {
  const seen = new Set(roots);
  for (const key of seen) for (const one of next(key)) seen.add(one);
  return seen;
}
