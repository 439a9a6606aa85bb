import { join } from 'node:path';
import type { Files } from '../../ports/files.ts';
import type { Prepared } from './prepare.ts';

/** Where it is kept what a service's context was like: as it was seen last, or when its image was built. */
export function stateFile({ opened }: Prepared, service: string, kind: 'seen' | 'built'): string {
  return join(opened.places.contexts, `${service}.${kind}.json`);
}

/** Kept for the next run, where that can be. */
export function writeBuildState(path: string, value: unknown, files: Files): void {
  const made = files.makeDirectory(join(path, '..'), { mode: 0o700 });
  // Without it the next run reads more than it would have to, or tells less: no reason to fail.
  if (made.ok) files.writeAtomic(path, JSON.stringify(value), { mode: 0o600, flush: false });
}
