import type { Failure } from '../../events/failure.ts';
import { DEPENDENCY_LABELS } from '../../generate/module-install.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { kindOfService } from '../../service-kinds/table.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { unknownService } from '../project/unknown-service.ts';
import { describedServices, type DescribedService } from './described-services.ts';
import type { Located } from '../project/locate.ts';
import type { DataTarget, DataVolume } from './context.ts';

/** Volumes of this project's alone that hold data; what `dev up` fills by itself is none. */
async function dataVolumes(
  instance: string,
  engine: Engine,
): Promise<Result<readonly DataVolume[], Failure>> {
  const volumes = await engine.volumes({ [COMPOSE_LABELS.project]: instance });
  if (!volumes.ok) return volumes;
  const own = volumes.value.filter(({ labels }) => labels[DEPENDENCY_LABELS.kind] === undefined);
  return ok(own.map(({ name, labels }) => ({ name, key: labels[COMPOSE_LABELS.volume] ?? name })));
}

/** Then only its image and name tell of what kind it is. */
const NO_CONTAINER = { environment: [], exposedPorts: [] };

async function targetOf(
  described: Partial<DescribedService> & { readonly name: string },
  own: readonly ContainerSummary[],
  volumes: readonly DataVolume[],
  engine: Engine,
): Promise<Result<DataTarget, Failure>> {
  const containers = own.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const [first] = containers;
  const detail = first === undefined ? undefined : await engine.inspect(first.id);
  if (detail?.ok === false) return detail;
  const { name: service } = described;
  const image = first?.image ?? described.image ?? '';
  // Without a container, its volumes are what the file says.
  const keys = first === undefined ? (described.volumes ?? []) : [];
  const mounted = new Set([
    ...containers.flatMap((one) => one.volumes),
    ...volumes.flatMap(({ name, key }) => (keys.includes(key) ? [name] : [])),
  ]);
  return ok({
    ...{ service, image, containers },
    kind: kindOfService(service, image, detail?.value ?? NO_CONTAINER),
    volumes: volumes
      .filter(({ name }) => mounted.has(name))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  });
}

/** Every service that has a container, or is in the file that was merged last, with its data. */
export async function allTargets(
  { instance, places }: Pick<Located, 'instance' | 'places'>,
  { files }: Pick<World, 'files'>,
  engine: Engine,
): Promise<Result<readonly DataTarget[], Failure>> {
  const [listed, volumes] = await Promise.all([
    engine.containers(instance),
    dataVolumes(instance, engine),
  ]);
  if (!listed.ok) return listed;
  if (!volumes.ok) return volumes;
  const own = listed.value.filter(({ oneOff }) => !oneOff);
  const described = new Map(
    describedServices(places, files).map((service) => [service.name, service]),
  );
  const services = [...new Set([...own.map(({ service }) => service), ...described.keys()])].sort();
  const targets: DataTarget[] = [];
  for (const service of services) {
    const containers = own.filter((one) => one.service === service);
    const target = await targetOf(
      { name: service, ...described.get(service) },
      containers,
      volumes.value,
      engine,
    );
    if (!target.ok) return target;
    targets.push(target.value);
  }
  return ok(targets);
}

/** Whether there is anything to save. */
export const hasData = ({ kind, volumes }: DataTarget): boolean =>
  kind?.dump !== undefined || volumes.length > 0;

/** The named services, or all that have data. */
export async function chosenTargets(
  names: readonly string[],
  located: Located,
  world: Pick<World, 'files'>,
  engine: Engine,
): Promise<Result<readonly DataTarget[], Failure>> {
  const all = await allTargets(located, world, engine);
  if (!all.ok) return all;
  const chosen: DataTarget[] = [];
  for (const name of new Set(names)) {
    const target = all.value.find(({ service }) => service === name);
    if (target === undefined) {
      return fail(
        unknownService(
          name,
          all.value.map(({ service }) => service),
        ),
      );
    }
    chosen.push(target);
  }
  return ok(names.length > 0 ? chosen : all.value.filter(hasData));
}

/** A service without any data of its own. */
export function noData(service: string): Failure {
  return {
    reason: 'usage',
    what: `${service} has no data`,
    why: 'it is no database that is known, and no volume of this project is mounted in it',
    cure: 'dev status shows the services; a volume of several projects is saved by its own tools',
  };
}
