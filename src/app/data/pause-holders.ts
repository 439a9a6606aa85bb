import type { Failure } from '../../events/failure.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import { ok, type Result } from '../../util/result.ts';
import { VOLUME_LABEL, type DataContext } from './context.ts';

const STOP_GRACE_SECONDS = 60;

/** Running containers of the project that have one of these volumes. */
async function holders(
  volumes: readonly string[],
  { engine, located }: DataContext,
): Promise<Result<readonly ContainerSummary[], Failure>> {
  const listed = await engine.containers(located.instance);
  if (!listed.ok) return listed;
  return ok(
    listed.value.filter(
      ({ state, labels, volumes: mounted }) =>
        state === 'running' &&
        // Our own, which has it to work in.
        labels[VOLUME_LABEL] === undefined &&
        mounted.some((name) => volumes.includes(name)),
    ),
  );
}

/**
 * Works while nobody writes to these volumes: who has them is stopped, and started again whatever comes
 * of it.
 * @param endsThem they are about to be removed: they are started again only where the work fails.
 */
export async function whileStopped<T>(
  volumes: readonly string[],
  context: DataContext,
  work: () => Promise<Result<T, Failure>>,
  endsThem = false,
): Promise<Result<T, Failure>> {
  const { engine, progress } = context;
  const found = await holders(volumes, context);
  if (!found.ok) return found;
  const names = [...new Set(found.value.map(({ service }) => service))];
  if (names.length > 0 && !endsThem) {
    const text = `stopping ${names.join(', ')} meanwhile: files are copied while nobody writes them`;
    progress.report({ kind: 'note', level: 'info', text });
  }
  const stopped: string[] = [];
  const tell = ({ what, why = '' }: Failure): void => {
    progress.report({ kind: 'note', level: 'warning', text: `${what}: ${why}` });
  };
  try {
    for (const container of found.value) {
      const done = await engine.stopContainer(container.id, { graceSeconds: STOP_GRACE_SECONDS });
      if (!done.ok) return done;
      stopped.push(container.id);
    }
    const worked = await work();
    if (worked.ok && endsThem) stopped.length = 0;
    return worked;
  } finally {
    for (const id of stopped.reverse()) {
      const started = await engine.startContainer(id);
      if (!started.ok) tell(started.failure);
    }
  }
}
