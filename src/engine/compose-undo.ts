import type { Failure } from '../events/failure.ts';
import type { ComposeCli } from '../ports/compose-cli.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { Engine } from '../ports/engine.ts';
import type { UndoRequest } from '../ports/orchestrator.ts';
import { fail, ok, type Result } from '../util/result.ts';

const STOP_GRACE_SECONDS = 10;

/** Takes a project away: by its file, in its order, and then by its labels whatever is left. */
export async function undoCompose(
  { project, file, data }: UndoRequest,
  world: { engine(): Promise<Engine>; compose(): Promise<ComposeCli> },
): Promise<Result<void, Failure>> {
  if (file !== undefined) {
    const compose = await world.compose();
    // Compose knows the order to stop in. When its file is broken, the labels below still work.
    await compose.down({ file, project }, { volumes: data === 'named' });
  }
  return removeRest(project, data !== 'kept', await world.engine());
}

/** What Compose leaves: one-off and tools containers, resources of services that the file lost. */
async function removeRest(
  project: string,
  withVolumes: boolean,
  engine: Engine,
): Promise<Result<void, Failure>> {
  const labels = { [COMPOSE_LABELS.project]: project };
  const containers = await engine.containers(project);
  if (!containers.ok) return containers;
  const removed = await Promise.all(
    containers.value.map(async ({ id }) => {
      const stopped = await engine.stopContainer(id, { graceSeconds: STOP_GRACE_SECONDS });
      return stopped.ok ? engine.removeContainer(id) : stopped;
    }),
  );
  const networks = await engine.networks(labels);
  if (!networks.ok) return networks;
  const disconnected = await Promise.all(
    networks.value.map(async ({ name }) => {
      const members = await engine.networkMembers(name);
      if (!members.ok) return members;
      // Another project, or another context of this one, is in it by its name: it is theirs as well.
      return members.value.size > 0 ? ok(undefined) : engine.removeNetwork(name);
    }),
  );
  const volumes = withVolumes ? await engine.volumes(labels, { unused: true }) : ok([]);
  if (!volumes.ok) return volumes;
  const emptied = await Promise.all(volumes.value.map(({ name }) => engine.removeVolume(name)));
  for (const result of [...removed, ...disconnected, ...emptied]) {
    if (!result.ok) return fail(result.failure);
  }
  return ok(undefined);
}
