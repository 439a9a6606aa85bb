import { isIncapable } from '../checks/container-shell.ts';
import type { ShellPool } from '../checks/shell-pool.ts';
import type { EventBus } from './event-bus.ts';
import { solveProblem, tellProblem } from './problems.ts';

/** Opens a shell where checks will run; a container that cannot run any is told at once. */
export async function prepareShell(
  { service, containerId }: { readonly service: string; readonly containerId: string },
  { pool, bus }: { readonly pool: ShellPool; readonly bus: EventBus },
): Promise<void> {
  const key = `checks:${service}`;
  const warmed = await pool.warm(containerId);
  if (!warmed.ok && isIncapable(warmed.failure)) {
    tellProblem(bus, { key, level: 'error', failures: [warmed.failure] });
  } else solveProblem(bus, key);
}
