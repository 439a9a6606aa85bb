import { HASH_LABEL } from '../plan/desired.ts';
import { FILES_LABEL } from '../plan/mounted-files.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { ContainerDetail, ContainerSummary } from '../ports/engine-containers.ts';
import type { Task } from '../ports/orchestrator.ts';
import { isLost, LOST_CAUSE, remainsOf } from './left-behind.ts';

/** `Exited (1) 2 seconds ago` → 1. */
function exitCodeOf(status: string): number | undefined {
  const code = /^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** All containers of one project as tasks of its services. Pure. */
export function tasksOf(containers: readonly ContainerSummary[]): readonly Task[] {
  const names = new Set(containers.map(({ name }) => name));
  return containers.map((container): Task => {
    const { labels, status } = container;
    const { id, name, service, oneOff, imageId, state, health, createdAtMs } = container;
    const [madeFrom] = (labels[COMPOSE_LABELS.configFiles] ?? '').split(',').filter(Boolean);
    const exitCode = exitCodeOf(status);
    return {
      ...{ id, name, service, oneOff, imageId, state, health, status, createdAtMs, madeFrom },
      ...(exitCode !== undefined && { exitCode }),
      ports: container.ports,
      unnamedVolumes: container.unnamedVolumes,
      networks: container.networks,
      wanted: { hash: labels[HASH_LABEL], files: labels[FILES_LABEL] ?? '' },
      ...remainsOf(container, names),
    };
  });
}

/** Exit statuses of what was told to end, or ended well. */
const NO_FAILURE = [0, 130, 137, 143];

/** Whether its process ended by itself, with an error. */
export const hasFailed = ({ state, exitCode }: Task): boolean =>
  state === 'exited' && exitCode !== undefined && !NO_FAILURE.includes(exitCode);

/** What only a single question tells of it. */
export function withDetail(task: Task, detail: ContainerDetail): Task {
  const { restartCount, startedAtMs, finishedAtMs } = detail;
  const hasEnded = hasFailed(task) || task.state === 'restarting';
  const livedMs = hasEnded ? finishedAtMs - startedAtMs : -1;
  return {
    ...{ ...task, restartCount, startedAtMs },
    ...(livedMs >= 0 && { livedMs }),
    ...(isLost(detail) && { flaw: LOST_CAUSE }),
  };
}
