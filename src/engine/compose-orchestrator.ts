import type { Failure } from '../events/failure.ts';
import type { ContainerDetail } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import type { Orchestrator, Task } from '../ports/orchestrator.ts';
import type { World } from '../ports/world.ts';
import { ok, type Result } from '../util/result.ts';
import { ServiceWatch } from './await-services.ts';
import { composeRollout } from './compose-rollout.ts';
import { undoCompose } from './compose-undo.ts';
import { isYoung } from './standing.ts';
import { hasFailed, tasksOf, withDetail } from './tasks.ts';

/** What its last probes say may be more than that it is not well. */
const isInDoubt = ({ health }: Task): boolean => health === 'unhealthy' || health === 'starting';

/**
 * Compose on one engine: Compose makes and ends containers, as its labels say; all else is asked of
 * the engine's API.
 */
export function composeOrchestrator(
  world: Pick<World, 'engine' | 'compose' | 'clock'>,
): Orchestrator {
  return {
    observe: async (project) => {
      const listed = await (await world.engine()).containers(project);
      return listed.ok ? ok(tasksOf(listed.value)) : listed;
    },
    lookCloser: async (tasks, sharing) => {
      const engine = await world.engine();
      const asked = tasks.filter(
        (one) =>
          !one.oneOff &&
          ((one.state === 'running' && (sharing.has(one.service) || isInDoubt(one))) ||
            one.state === 'restarting' ||
            hasFailed(one) ||
            isYoung(one)),
      );
      const details = await detailsOf(asked, engine);
      if (!details.ok) return details;
      return ok(
        tasks.map((task) => {
          const detail = details.value.get(task.id);
          return detail === undefined ? task : withDetail(task, detail);
        }),
      );
    },
    begin: async (request, { report, signal }) => {
      const [engine, compose] = await Promise.all([world.engine(), world.compose()]);
      const { clock } = world;
      const watch = new ServiceWatch(
        { project: request.target.project, services: request.awaited },
        { engine, clock, report },
      );
      return composeRollout(request, { engine, compose, clock, watch, report, signal });
    },
    undo: (request) => undoCompose(request, world),
  };
}

async function detailsOf(
  tasks: readonly Task[],
  engine: Pick<Engine, 'inspect'>,
): Promise<Result<ReadonlyMap<string, ContainerDetail>, Failure>> {
  const answers = await Promise.all(tasks.map(({ id }) => engine.inspect(id)));
  const details = new Map<string, ContainerDetail>();
  for (const answer of answers) {
    // One that has gone in the meantime tells nothing, and what comes next finds out.
    if (answer.ok) details.set(answer.value.id, answer.value);
    else if (answer.failure.reason === 'no-engine') return answer;
  }
  return ok(details);
}
