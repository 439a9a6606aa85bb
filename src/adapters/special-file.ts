import type { Stats } from 'node:fs';
import type { Failure } from '../events/failure.ts';

/** A pipe or a device where a file should be; its message says which. */
export class SpecialError extends Error {}

/** Why a pipe or a device is not read; undefined for all else. */
export function specialWhy(stats: Stats): string | undefined {
  const isDevice = stats.isCharacterDevice() || stats.isBlockDevice();
  if (!isDevice && !stats.isFIFO()) return undefined;
  return `it is ${isDevice ? 'a device' : 'a named pipe'}, and reading it might never end`;
}

/** What is said of one. */
export function specialFailure(path: string, why: string): Failure {
  return { reason: 'files', what: `cannot read ${path}`, why, cure: 'Put a file in its place' };
}
