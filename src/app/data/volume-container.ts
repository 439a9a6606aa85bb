import { FINISH_SWAPS } from '../../data/volume-scripts.ts';
import type { Failure } from '../../events/failure.ts';
import { IMAGE_LABELS } from '../../images/reference.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { loadHierarchy } from '../../images/hierarchy.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import { runContainer } from '../../ports/docker-command.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureImages } from '../images/build.ts';
import { VOLUME_LABEL, type DataContext } from './context.ts';
import { needScript } from './run-script.ts';

/** The image that has what it takes: tar, find, sha256sum of GNU. */
async function image({
  located,
  world,
  yes,
  progress,
}: DataContext): Promise<Result<string, Failure>> {
  const { root, places } = located;
  const { files, host } = world;
  const hierarchy = loadHierarchy({ files, projectRoot: root, toolDirectory: host.toolDirectory });
  const first = (failures: readonly Failure[]): Failure =>
    failures[0] ?? { reason: 'image', what: 'there is no image to read volumes with' };
  if (!hierarchy.ok) return fail(first(hierarchy.failure));
  const scope = cacheScope(root, files);
  const context = { hierarchy: hierarchy.value, places, cacheScope: scope, yes };
  const built = await ensureImages(['os'], context, world, progress);
  if (!built.ok) return fail(first(built.failure));
  const os = hierarchy.value.get('os');
  return os === undefined ? fail(first([])) : ok(os.reference);
}

/**
 * Works in a container that has a volume to itself: no network, nothing else of the machine's. What an
 * earlier one has left in the volume half done is put right first.
 */
export function withVolume<T>(
  volume: string,
  context: DataContext,
  work: (containerId: string) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  return holdVolume(volume, context, (containerId) =>
    workIn(volume, containerId, context, () => work(containerId)),
  );
}

/** The same in such a container that there is already. */
export async function workIn<T>(
  volume: string,
  containerId: string,
  context: DataContext,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const finished = await putRight(volume, containerId, context);
  if (!finished.ok) return finished;
  const worked = await work();
  // What was unpacked for nothing goes; that it stays would be no harm, and the next one looks again.
  if (!worked.ok) await putRight(volume, containerId, context);
  return worked;
}

/**
 * Keeps a volume mounted meanwhile, whoever else stops: one that lies in memory lives only as long as
 * somebody has it. Nothing in it is touched.
 */
export async function holdVolume<T>(
  volume: string,
  context: DataContext,
  work: (containerId: string) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { engine, located, world } = context;
  const reference = await image(context);
  if (!reference.ok) return reference;
  const labels = { [COMPOSE_LABELS.project]: located.instance, [VOLUME_LABEL]: volume };
  // One whose `dev` was killed may still be at work: two would be in each other's way.
  const old = await engine.labelledContainers(labels);
  if (!old.ok) return old;
  for (const { id } of old.value) {
    const removed = await engine.removeContainer(id, 'removed');
    if (!removed.ok) return removed;
  }
  const started = await world.processes.run(
    runContainer({
      image: reference.value,
      ...{ detach: true, user: '0:0', network: 'none', mayGainPrivileges: false, init: true },
      labels: {
        ...labels,
        [COMPOSE_LABELS.service]: 'data',
        [COMPOSE_LABELS.oneOff]: 'True',
        [IMAGE_LABELS.kind]: 'data',
      },
      mounts: [{ type: 'volume', source: volume, target: '/volume' }],
      ...{ entrypoint: 'sleep', command: ['infinity'], healthcheck: false },
    }),
  );
  if (started.status !== 0) {
    const why = started.stderr.trim();
    return fail({ reason: 'service', what: `the volume ${volume} cannot be looked into`, why });
  }
  const containerId = started.stdout.trim();
  try {
    return await work(containerId);
  } finally {
    await engine.removeContainer(containerId, 'removed');
  }
}

async function putRight(
  volume: string,
  containerId: string,
  context: DataContext,
): Promise<Result<void, Failure>> {
  const doing = `looking into ${volume}`;
  const script = { doing, uncut: true, containerId, script: FINISH_SWAPS };
  const finished = await needScript(script, `${volume} cannot be read`, context);
  if (!finished.ok) return finished;
  const ways = finished.value.trim();
  if (ways !== '') {
    const text = `${volume}: a restore was cut off; its files were put right (${ways})`;
    context.progress.report({ kind: 'note', level: 'warning', text });
  }
  return ok(undefined);
}
