import type { Task } from '../ports/orchestrator.ts';

/** Why a task is no whole one, whatever its definition; undefined where it is. Pure. */
export function brokenOff({ flaw, state }: Pick<Task, 'flaw' | 'state'>): string | undefined {
  if (flaw !== undefined) return flaw;
  switch (state) {
    // Compose gives a container its networks and texts after it has made it.
    case 'created':
      return 'it was made, and never started';
    case 'dead':
    case 'removing':
      return 'it was being removed when that was broken off';
    case 'running':
    case 'paused':
    case 'restarting':
    case 'exited':
      return undefined;
  }
}
