import type { ContainerState, ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';

/** From so many restarts on it is no accident. */
export const ENDLESS_RESTARTS = 2;

/** The engine's words for less than ten seconds, after which it takes a container for steady itself. */
const YOUNG = /^Up (?:Less than a second|\d seconds?)\b/i;

/** Whether a container runs only just now: one that ends again and again always does. */
export const isYoung = ({
  state,
  health,
  status,
}: Pick<ContainerSummary, 'state' | 'health' | 'status'>): boolean =>
  state === 'running' && health === 'none' && YOUNG.test(status);

/** How a container stands by more than the moment that a list tells of. */
export interface Standing {
  /** `restarting`: between two runs, or in one that is as short so far. `done`: ended well, for good. */
  readonly state: ContainerState | 'done';
  /** How often it was started again, of one that is `restarting`; undefined where nobody knows. */
  readonly restarts?: number;
}

/**
 * One that its restart policy brings back again and again runs just now, and one that ended with 0 may
 * be done. The one judge of it: what `dev up`, `dev status` and the dashboard say must agree.
 * @param mayEnd whether its definition lets it: one with ports or a health check is there to be asked.
 */
export async function standingOf(
  container: Pick<ContainerSummary, 'id' | 'state' | 'health' | 'status'>,
  engine: Pick<Engine, 'inspect'>,
  mayEnd = true,
): Promise<Standing> {
  const { state } = container;
  const isDone = mayEnd && state === 'exited' && container.status.startsWith('Exited (0)');
  if (!isDone && state !== 'restarting' && !isYoung(container)) return { state };
  const past = await engine.inspect(container.id);
  if (!past.ok) return { state };
  const { isRestarted, restartCount } = past.value;
  if (isDone) return { state: isRestarted ? state : 'done' };
  if (state === 'running' && restartCount < ENDLESS_RESTARTS) return { state };
  return { state: 'restarting', restarts: restartCount };
}

/** From the worst on. */
const RANKS: readonly Standing['state'][] = [
  ...(['dead', 'removing', 'restarting', 'exited', 'created', 'paused'] as const),
  ...(['running', 'done'] as const),
];

/** The one of a service's containers that speaks for it: what is wrong with one is wrong with it. */
export function worstOf<T extends { readonly state: Standing['state']; readonly health: string }>(
  containers: readonly T[],
): T | undefined {
  const rank = ({ state, health }: T): number => {
    const well = health === 'unhealthy' ? 0.2 : health === 'starting' ? 0.4 : 0.6;
    return RANKS.indexOf(state) + (state === 'running' ? well : 0);
  };
  return containers.reduce<T | undefined>(
    (worst, one) => (worst === undefined || rank(one) < rank(worst) ? one : worst),
    undefined,
  );
}
