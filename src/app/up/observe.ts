import type { Failure } from '../../events/failure.ts';
import { containerNames, scopedName } from '../../generate/compose-edits.ts';
import { DEPENDENCIES_KIND, DEPENDENCY_LABELS } from '../../generate/module-install.ts';
import type { ImageBuild } from '../../images/plan.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import { dependenciesOf } from '../../plan/compose-view.ts';
import type { DesiredService } from '../../plan/desired.ts';
import { sharingServices } from '../../plan/sharing.ts';
import type { Engine, EngineVersion } from '../../ports/engine.ts';
import type { ImageSummary, NetworkDetail, VolumeDetail } from '../../ports/engine-resources.ts';
import type { Task } from '../../ports/orchestrator.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { orchestratorOf } from '../project/orchestrator.ts';
import { portHolder, type PortHolderWorld } from './port-holder.ts';
import type { EngineFacts } from './prepare.ts';

/** What the engine has of one project, asked for once and all at the same time. */
export interface Observed {
  /** Why none answers (yet): the rest is what one has that was only just brought. */
  readonly missingEngine?: string;
  readonly engine: Pick<EngineVersion, 'product' | 'version'>;
  /** Of the engine's API: `1.45`. */
  readonly apiVersion: string;
  /** One-off ones too. */
  readonly tasks: readonly Task[];
  /** Every image. */
  readonly images: readonly ImageSummary[];
  /** Volumes with dependencies, of every project: name → labels. */
  readonly dependencyVolumes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** All that the engine has, of every project, by name. */
  readonly volumes: ReadonlyMap<string, VolumeDetail>;
  /** All that the engine has; it may have several of one name. */
  readonly networks: readonly NetworkDetail[];
}

type ObservedWorld = Pick<World, 'engine' | 'compose' | 'clock'>;

/** Asks for tasks, images, volumes and networks, in parallel. */
export async function observe(
  world: ObservedWorld,
  instance: string,
): Promise<Result<Observed, Failure>> {
  const engine = await world.engine();
  const [version, tasks, images, volumes, networks] = await Promise.all([
    engine.version(),
    orchestratorOf(world).observe(instance),
    engine.images({}),
    engine.volumes({}),
    engine.networks({}),
  ]);
  if (!version.ok) return version;
  if (!tasks.ok) return tasks;
  if (!images.ok) return images;
  if (!volumes.ok) return volumes;
  if (!networks.ok) return networks;
  return ok({
    engine: version.value,
    apiVersion: version.value.apiVersion,
    tasks: tasks.value,
    images: images.value,
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
  world: ObservedWorld,
): Promise<Result<Observed, Failure>> {
  const tasks = await orchestratorOf(world).lookCloser(observed.tasks, sharingServices(desired));
  return tasks.ok ? ok({ ...observed, tasks: tasks.value }) : tasks;
}

/**
 * Fixed container names of the document that are another project's, or were when our own container
 * got one of its own: that one keeps it.
 */
export async function takenNames(
  { opened, environment }: Definition,
  { tasks }: Pick<Observed, 'tasks'>,
  engine: Pick<Engine, 'inspect'>,
): Promise<ReadonlySet<string>> {
  const names = containerNames(environment.document, environment.order);
  const taken = await Promise.all(
    [...names].map(async ([service, name]) => {
      const own = tasks.filter((one) => one.service === service && !one.oneOff);
      if (own.some((one) => one.name === scopedName(name, opened.instance))) return [name];
      if (tasks.some((one) => one.name === name)) return [];
      const found = await engine.inspect(name);
      return found.ok ? [name] : [];
    }),
  );
  return new Set(taken.flat());
}

/** The images from outside that builds begin with and the engine lacks. */
export async function missingRoots(
  builds: readonly ImageBuild[],
  engine: Pick<Engine, 'imageId'>,
): Promise<Result<readonly string[], Failure>> {
  const missing: string[] = [];
  for (const reference of new Set(builds.flatMap(({ image }) => image.externals))) {
    const id = await engine.imageId(reference);
    if (!id.ok) return id;
    if (id.value === undefined) missing.push(reference);
  }
  return ok(missing);
}

/** What of that the desired environment depends on. */
export function engineFacts(
  { tasks, apiVersion }: Observed,
  { opened, environment }: Pick<Definition, 'opened' | 'environment'>,
  request: { readonly services: readonly string[] },
  world: PortHolderWorld,
): EngineFacts {
  const { document, order, profilesOff } = environment;
  const touched = request.services.length === 0 ? undefined : closure(request.services, document);
  const known = new Set(order);
  const stays = (service: string): boolean =>
    profilesOff.has(service) || (known.has(service) && touched?.has(service) === false);
  const held = tasks.flatMap(({ service, ports }) =>
    ports.map((port) => ({ ...port, service, stays: stays(service) })),
  );
  return { held, apiVersion, holder: portHolder(opened.instance, world) };
}

/** Services with all that they depend on. */
function closure(names: readonly string[], document: PlainMapping): ReadonlySet<string> {
  const all = new Set(names);
  const services = mappingAt(document, 'services');
  // A set hands out what is added to it while it is walked.
  for (const name of all) {
    for (const other of dependenciesOf(mappingAt(services, name))) all.add(other);
  }
  return all;
}
