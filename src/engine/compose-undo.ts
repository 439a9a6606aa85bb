import type { Failure } from '../events/failure.ts';
import type { ComposeCli } from '../ports/compose-cli.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { Engine } from '../ports/engine.ts';
import type { UndoRequest } from '../ports/orchestrator.ts';
import { fail, ok, type Result } from '../util/result.ts';

const STOP_GRACE_SECONDS = 10;

/** Takes a project away: by its file, in its order, and then by its labels whatever is left. */
export async function undoCompose(
  request: UndoRequest,
  world: { engine(): Promise<Engine>; compose(): Promise<ComposeCli> },
): Promise<Result<void, Failure>> {
  const { project, file, data } = request;
  if (file !== undefined) {
    const compose = await world.compose();
    // Compose knows the order to stop in. When its file is broken, the labels below still work.
    await compose.down({ file, project }, { volumes: data === 'named' });
  }
  return removeRest(request, await world.engine());
}

/** What Compose leaves: one-off and tools containers, resources of services that the file lost. */
async function removeRest(
  { project, data, unnamedVolumes }: UndoRequest,
  engine: Engine,
): Promise<Result<void, Failure>> {
  const labels = { [COMPOSE_LABELS.project]: project };
  const containers = await engine.containers(project);
  if (!containers.ok) return containers;
  const removed = await Promise.all(
    containers.value.map(async ({ id, oneOff }) => {
      const stopped = await engine.stopContainer(id, { graceSeconds: STOP_GRACE_SECONDS });
      const isKept = data === 'kept' && !oneOff;
      return stopped.ok ? engine.removeContainer(id, isKept ? 'kept' : 'removed') : stopped;
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
  const emptied = data === 'kept' ? [] : await removeVolumes(labels, unnamedVolumes, engine);
  for (const result of [...removed, ...disconnected, ...emptied]) {
    if (!result.ok) return fail(result.failure);
  }
  return ok(undefined);
}

/** Those that nobody has any more: the project's by their labels, and these without a name. */
async function removeVolumes(
  labels: Readonly<Record<string, string>>,
  unnamed: readonly string[],
  engine: Pick<Engine, 'volumes' | 'removeVolume'>,
): Promise<readonly Result<void, Failure>[]> {
  const [own, unused] = await Promise.all([
    engine.volumes(labels, { unused: true }),
    unnamed.length > 0 ? engine.volumes({}, { unused: true }) : ok([]),
  ]);
  if (!own.ok) return [own];
  if (!unused.ok) return [unused];
  const free = new Set(unused.value.map(({ name }) => name));
  const names = [...own.value.map(({ name }) => name), ...unnamed.filter((name) => free.has(name))];
  return Promise.all(names.map((name) => engine.removeVolume(name)));
}
