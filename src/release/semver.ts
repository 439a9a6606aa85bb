/** A semantic version without build metadata: `1.4.0-rc.1` is `{ major: 1, minor: 4, patch: 0, pre: ['rc', '1'] }`. */
export interface SemVer {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Identifiers of the pre-release; empty for a release. */
  readonly pre: readonly string[];
}

// The grammar of semver.org: no leading zeros, identifiers of letters, digits and dashes.
const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** Reads a version as semver.org writes it; undefined for anything else. Build metadata is dropped. */
export function parseSemVer(text: string): SemVer | undefined {
  const match = SEMVER.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = match.slice(1, 4).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  if (![major, minor, patch].every((part) => Number.isSafeInteger(part))) return undefined;
  return { major, minor, patch, pre: match[4]?.split('.') ?? [] };
}

/** `1.4.0-rc.1`. */
export function semVerText({ major, minor, patch, pre }: SemVer): string {
  const core = [major, minor, patch].map(String).join('.');
  return pre.length === 0 ? core : `${core}-${pre.join('.')}`;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = [a, b].map((text) => /^\d+$/.test(text));
  if (numeric[0] === true && numeric[1] === true) {
    // By length first: identifiers may be longer than numbers are exact.
    return a.length - b.length || (a < b ? -1 : Number(a > b));
  }
  if (numeric[0] !== numeric[1]) return numeric[0] === true ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Precedence as semver.org defines it: negative when `a` is older than `b`. */
export function compareSemVer(a: SemVer, b: SemVer): number {
  const core = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (core !== 0) return core;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (const [index, identifier] of a.pre.entries()) {
    const other = b.pre[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.pre.length - b.pre.length;
}
