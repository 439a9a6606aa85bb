import type { ContainerDetail } from '../../src/ports/engine-containers.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { ok } from '../../src/util/result.ts';
import { partly } from './partly.ts';

export const YOUNG = { health: 'none', status: 'Up 3 seconds' } as const;
export const OLD = { health: 'none', status: 'Up 3 minutes' } as const;
export const ENDED = {
  state: 'exited',
  health: 'none',
  status: 'Exited (0) 2 seconds ago',
} as const;

/** An engine that knows a container's past, and how often it was asked. */
export function engineWith(past: Partial<ContainerDetail>) {
  const asked: string[] = [];
  const engine = partly<Engine>({
    inspect: (id) => {
      asked.push(id);
      return Promise.resolve(
        ok(partly<ContainerDetail>({ id, restartCount: 0, isRestarted: false, ...past })),
      );
    },
  });
  return { engine, asked };
}
