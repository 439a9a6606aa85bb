import { sha256 } from '../util/sha256.ts';
import { isMapping } from '../model/plain.ts';

/** Text of plain data that does not depend on the order of keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === undefined) return 'null';
  if (!isMapping(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** 32 hexadecimal digits that change with the data. */
export function fingerprintOf(value: unknown): string {
  return sha256(canonical(value)).slice(0, 32);
}
