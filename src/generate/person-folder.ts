import { join } from 'node:path';
import type { Host } from '../ports/host.ts';

/**
 * The person's folder for packages that containers download and editors read, of all projects. Kept
 * apart from the other: it is mounted.
 */
export function packagesFolder({ home, environment }: Pick<Host, 'home' | 'environment'>): string {
  const cache = environment['XDG_CACHE_HOME'];
  const isSet = cache !== undefined && cache.startsWith('/');
  return join(isSet ? cache : join(home, '.cache'), 'onestack-packages');
}

/** The person's folder for what outlives every project: names, keys. Absolute; made by who writes. */
export function personFolder({ home, environment }: Pick<Host, 'home' | 'environment'>): string {
  const state = environment['XDG_STATE_HOME'];
  const isSet = state !== undefined && state.startsWith('/');
  return join(isSet ? state : join(home, '.local/state'), 'onestack');
}
