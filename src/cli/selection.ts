import type { Selection } from '../plan/plan.ts';
import { parseNames } from './names.ts';

/** `--recreate` speaks of all services, `--recreate=a,b` of these; without it, of none. */
export function parseSelection(option: string | boolean | undefined): Selection {
  if (option === undefined || option === false) return 'none';
  if (option === true) return 'all';
  return new Set(parseNames(option));
}
