import type { Failure } from '../../events/failure.ts';
import type { ContainerDetail } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import { ok, type Result } from '../../util/result.ts';

/** One run of a service's container: a restart makes another one of the same container. */
export interface ContainerRun {
  readonly name: string;
  readonly image: string;
  readonly detail: ContainerDetail;
}

/** The run of the service's container that goes on now; undefined when there is none. */
export async function currentRun(
  engine: Pick<Engine, 'containers' | 'inspect'>,
  instance: string,
  service: string,
): Promise<Result<ContainerRun | undefined, Failure>> {
  const listed = await engine.containers(instance);
  if (!listed.ok) return listed;
  const container = listed.value.find(
    (one) => one.service === service && !one.oneOff && one.state === 'running',
  );
  if (container === undefined) return ok(undefined);
  const { id, name, image } = container;
  const detail = await engine.inspect(id);
  // One that cannot be looked at any more went away in between.
  if (!detail.ok || detail.value.state !== 'running') return ok(undefined);
  return ok({ name, image, detail: detail.value });
}

/** Whether a run still goes on: its container runs, and was not started again meanwhile. */
export async function goesOn(
  engine: Pick<Engine, 'inspect'>,
  { detail }: ContainerRun,
): Promise<boolean> {
  const now = await engine.inspect(detail.id);
  if (!now.ok) return false;
  return now.value.state === 'running' && now.value.startedAtMs === detail.startedAtMs;
}
