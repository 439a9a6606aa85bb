import { compareSemVer, parseSemVer } from '../semver.ts';

/** Words before a release, of Python's and Maven's versions, in their order. */
const BEFORE = 'dev snapshot a alpha b beta m milestone pre preview c cr rc'.split(' ');

type Part = number | string;

const partsOf = (version: string): readonly Part[] =>
  (version.match(/\d+|[a-z]+/gi) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));

/** A word before a release, the end, any other word, a number: in this order. */
function rank(part: Part | undefined): number {
  if (typeof part === 'number') return part === 0 ? 1 : 3;
  if (part === undefined) return 1;
  return BEFORE.includes(part.toLowerCase()) ? 0 : 2;
}

function compareParts(a: Part | undefined, b: Part | undefined): number {
  const order = rank(a) - rank(b);
  if (order !== 0) return order;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') return 0;
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  const before = BEFORE.indexOf(one) - BEFORE.indexOf(other);
  if (before !== 0) return before;
  return one < other ? -1 : Number(one > other);
}

/** Order of two versions of a package: semantic ones as semver.org has it, others part by part. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [parseSemVer(a), parseSemVer(b)];
  if (one !== undefined && other !== undefined) return compareSemVer(one, other);
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}
