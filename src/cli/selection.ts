import type { Selection } from '../plan/plan.ts';

/** `--recreate` speaks of all services, `--recreate=a,b` of these; without it, of none. */
export function parseSelection(option: string | boolean | undefined): Selection {
  if (option === undefined || option === false) return 'none';
  if (option === true) return 'all';
  return new Set(option.split(',').filter((name) => name !== ''));
}
