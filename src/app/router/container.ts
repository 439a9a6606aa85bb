import { join } from 'node:path';
import { sha256 } from '../../util/sha256.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { loadHierarchy } from '../../images/hierarchy.ts';
import type { Places } from '../../model/places.ts';
import { runContainer, type ContainerSpec } from '../../ports/docker-command.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { NetworkDetail } from '../../ports/engine-resources.ts';
import type { World } from '../../ports/world.ts';
import { INSIDE, SERVED } from '../../router/haproxy.ts';
import type { RouterPorts } from '../../router/record.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureImages } from '../images/build.ts';
import { KIND_LABEL } from '../../tools/container.ts';
import {
  networkOf,
  ROUTER_KIND,
  routerLabels,
  ROUTER_STAMP_LABEL,
  type RouterPlaces,
} from './places.ts';

const IMAGE = 'haproxy';

/** The person's router as the engine has it, running or not. */
export async function findRouter(
  places: RouterPlaces,
  world: Pick<World, 'engine'>,
): Promise<Result<ContainerSummary | undefined, Failure>> {
  const found = await (await world.engine()).labelledContainers(routerLabels(places));
  return found.ok ? ok(found.value[0]) : found;
}

/** The network that belongs to the router alone; this machine reaches it through that. */
export async function ensureNetwork(
  places: RouterPlaces,
  world: Pick<World, 'engine'>,
): Promise<Result<NetworkDetail, Failure>> {
  const engine = await world.engine();
  const find = async (): Promise<Result<NetworkDetail | undefined, Failure>> => {
    const networks = await engine.networks(routerLabels(places));
    return networks.ok ? ok(networks.value[0]) : networks;
  };
  const before = await find();
  if (!before.ok) return before;
  if (before.value !== undefined) return ok(before.value);
  const made = await engine.createNetwork(networkOf(places), routerLabels(places));
  if (!made.ok) return made;
  const network = await find();
  if (!network.ok) return network;
  return network.value === undefined
    ? fail({ reason: 'service', what: `the engine made no network ${networkOf(places)}` })
    : ok(network.value);
}

/** The tool's own image, whatever a project has of that name; built where the engine lacks it. */
export async function ensureRouterImage(
  bundle: Places['bundle'],
  router: RouterPlaces,
  yes: boolean,
  world: World,
  progress: Progress,
): Promise<Result<string, Failure>> {
  const { toolDirectory } = world.host;
  const folders = { files: world.files, projectRoot: router.folder, toolDirectory };
  const hierarchy = loadHierarchy(folders);
  const image = hierarchy.ok ? hierarchy.value.get(IMAGE) : undefined;
  if (!hierarchy.ok || image === undefined) throw new Error(`${toolDirectory} has no ${IMAGE}`);
  const scope = cacheScope(router.folder, world.files);
  const places = { bundle, builds: join(router.folder, 'builds') };
  const context = { hierarchy: hierarchy.value, places, cacheScope: scope, yes };
  const built = await ensureImages([IMAGE], context, world, progress);
  const lacking: Failure = { reason: 'image', what: `the router has no image ${image.reference}` };
  return built.ok ? ok(image.reference) : fail(built.failure[0] ?? lacking);
}

/** What the router's container is made of, but for the ports that it got. */
export interface RouterRecipe {
  readonly image: string;
  readonly wanted: RouterPorts;
  readonly user: { readonly uid: number; readonly gid: number };
}

export function routerStamp(recipe: RouterRecipe, places: RouterPlaces): string {
  return sha256(JSON.stringify([spec(recipe, recipe.wanted, places)])).slice(0, 16);
}

function spec(
  { image, user }: RouterRecipe,
  ports: RouterPorts,
  places: RouterPlaces,
): ContainerSpec {
  return {
    image,
    command: ['haproxy', '-W', '-db', '-f', `${SERVED}/haproxy.cfg`],
    detach: true,
    name: places.name,
    labels: { ...routerLabels(places), [KIND_LABEL]: ROUTER_KIND },
    // Whose files it reads, and nobody else can.
    user: `${String(user.uid)}:${String(user.gid)}`,
    network: networkOf(places),
    capabilities: 'none',
    mayGainPrivileges: false,
    readOnly: true,
    restart: 'unless-stopped',
    healthcheck: false,
    mounts: [{ type: 'bind', source: places.served, target: SERVED, readOnly: true }],
    publish: [
      { host: ports.http, container: INSIDE.http },
      { host: ports.https, container: INSIDE.https },
    ],
  };
}

/**
 * Starts the container anew.
 * @returns its id; a failure of reason `port-taken` where the engine does not get one of the ports.
 */
export async function startRouter(
  recipe: RouterRecipe,
  ports: RouterPorts,
  places: RouterPlaces,
  world: Pick<World, 'engine' | 'processes'>,
): Promise<Result<string, Failure>> {
  const engine = await world.engine();
  const old = await findRouter(places, world);
  if (!old.ok) return old;
  // Also one of its name that was made and never started.
  const removed = await engine.removeContainer(old.value?.id ?? places.name, 'removed');
  if (!removed.ok) return removed;
  const made = spec(recipe, ports, places);
  const labels = { ...made.labels, [ROUTER_STAMP_LABEL]: routerStamp(recipe, places) };
  const started = await world.processes.run(runContainer({ ...made, labels }));
  if (started.status === 0) return ok(started.stdout.trim());
  await engine.removeContainer(places.name, 'removed');
  const why = started.stderr.trim();
  const port = refusedPort(why, ports);
  return fail({
    reason: port === undefined ? 'service' : 'port-taken',
    what: 'the router does not start',
    why,
    ...(port !== undefined && { about: { port } }),
  });
}

/** The engine's words name the address: `127.0.0.1:443`, `privileged port 443`. */
function refusedPort(text: string, { http, https }: RouterPorts): number | undefined {
  if (!/already allocated|in use|permission denied|privileged port|bind|not available/i.test(text))
    return undefined;
  return [https, http].find((port) => new RegExp(`\\D${String(port)}(?!\\d)`).test(text));
}
