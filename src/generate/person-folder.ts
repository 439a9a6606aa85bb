import { join } from 'node:path';
import type { Host } from '../ports/host.ts';

/** The person's folder for what outlives every project: names, keys. Absolute; made by who writes. */
export function personFolder({ home, environment }: Pick<Host, 'home' | 'environment'>): string {
  const state = environment['XDG_STATE_HOME'];
  const isSet = state !== undefined && state.startsWith('/');
  return join(isSet ? state : join(home, '.local/state'), 'onestack');
}
