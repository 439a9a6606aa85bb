import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { DEPENDENCIES_KIND, DEPENDENCY_LABELS } from '../../generate/dependencies.ts';
import type { DesiredService } from '../../plan/desired.ts';
import { sharingServices } from '../../plan/sharing.ts';
import type {
  ContainerSummary,
  Engine,
  ImageSummary,
  NetworkDetail,
  VolumeDetail,
} from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { EnsureEngineWorld } from '../machine/ensure-engine.ts';
import type { EngineFacts } from './prepare.ts';

/** What the engine has of one project, asked for once and all at the same time. */
export interface Observed {
  /** Of the engine's API: `1.45`. */
  readonly apiVersion: string;
  readonly containers: readonly ContainerSummary[];
  /** Every image. */
  readonly images: readonly ImageSummary[];
  /** Container id → when it was started last, of those that share something; as the engine says. */
  readonly startedAtMs: ReadonlyMap<string, number>;
  /** Volumes with dependencies, of every project: name → labels. */
  readonly dependencyVolumes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** All that the engine has, of every project, by name. */
  readonly volumes: ReadonlyMap<string, VolumeDetail>;
  /** All that the engine has; it may have several of one name. */
  readonly networks: readonly NetworkDetail[];
}

/** Asks the engine for containers, images and volumes, in parallel. */
export async function observe(
  engine: Engine,
  instance: string,
): Promise<Result<Observed, Failure>> {
  const [version, containers, images, volumes, networks] = await Promise.all([
    engine.version(),
    engine.containers(instance),
    engine.images({}),
    engine.volumes({}),
    engine.networks({}),
  ]);
  if (!version.ok) return version;
  if (!containers.ok) return containers;
  if (!images.ok) return images;
  if (!volumes.ok) return volumes;
  if (!networks.ok) return networks;
  return ok({
    apiVersion: version.value.apiVersion,
    containers: containers.value,
    images: images.value,
    startedAtMs: new Map(),
    dependencyVolumes: new Map(
      volumes.value
        .filter(({ labels }) => labels[DEPENDENCY_LABELS.kind] === DEPENDENCIES_KIND)
        .map(({ name, labels }) => [name, labels]),
    ),
    volumes: new Map(volumes.value.map((volume) => [volume.name, volume])),
    networks: networks.value,
  });
}

/** Asks for what only single questions tell, where the desired services make them necessary. */
export async function observeMore(
  observed: Observed,
  desired: readonly DesiredService[],
  engine: Pick<Engine, 'inspect'>,
): Promise<Result<Observed, Failure>> {
  const startedAtMs = await startTimes(observed, sharingServices(desired), engine);
  if (!startedAtMs.ok) return startedAtMs;
  return ok({ ...observed, startedAtMs: startedAtMs.value });
}

async function startTimes(
  { containers }: Observed,
  services: ReadonlySet<string>,
  engine: Pick<Engine, 'inspect'>,
): Promise<Result<ReadonlyMap<string, number>, Failure>> {
  const running = containers.filter(
    ({ service, state, oneOff }) => !oneOff && state === 'running' && services.has(service),
  );
  const details = await Promise.all(running.map(({ id }) => engine.inspect(id)));
  const times = new Map<string, number>();
  for (const detail of details) {
    // One that has gone in the meantime was started by nobody.
    if (detail.ok) times.set(detail.value.id, detail.value.startedAtMs);
    else if (detail.failure.reason === 'no-engine') return detail;
  }
  return ok(times);
}

/** Observes; where no engine answers, brings one first (asked for, or at once with `yes`). */
export async function observeOrBringEngine(
  instance: string,
  world: Pick<World, 'engine'> & EnsureEngineWorld,
  options: { readonly yes: boolean; readonly report: Report; readonly signal: AbortSignal },
): Promise<Result<Observed, Failure>> {
  const first = await observe(await world.engine(), instance);
  if (first.ok || first.failure.reason !== 'no-engine') return first;
  const { ensureEngine } = await import('../machine/ensure-engine.ts');
  const ready = await ensureEngine(world, options);
  if (!ready.ok) return ready;
  return observe(await world.engine(), instance);
}

/** What of that the desired environment depends on. */
export function engineFacts({ containers, apiVersion }: Observed): EngineFacts {
  const held = containers.flatMap(({ service, ports }) =>
    ports.map((port) => ({ ...port, service })),
  );
  return { held, apiVersion };
}
