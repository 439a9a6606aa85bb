import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Places } from '../../model/places.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { World } from '../../ports/world.ts';
import { parseRouterRecord } from '../../router/record.ts';
import { ok, type Result } from '../../util/result.ts';
import { findRouter } from './container.ts';
import {
  networkOf,
  recordPlace,
  routerFolders,
  routerLabels,
  routerPlaces,
  type RouterPlaces,
} from './places.ts';
import { liveRecords, serve, withRouter } from './serve.ts';

/** What the router is asked to leave: one context of one folder. */
export interface Leaving {
  readonly places: Pick<Places, 'id' | 'bundle'>;
  /** Of the context that ends: other contexts have no addresses. */
  readonly instance: string;
}

/**
 * Takes a project's addresses away; the last one's end the router. Nothing where there is no router.
 */
export async function leaveRouter(
  { places: own, instance }: Leaving,
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  if (!world.files.exists(routerFolders(world.host).folder)) return ok(undefined);
  const places = routerPlaces(world);
  const path = recordPlace(places, own.id);
  const text = world.files.read(path);
  const record = text.ok && text.value !== undefined ? parseRouterRecord(text.value) : undefined;
  if (record !== undefined && record.instance !== instance) return ok(undefined);
  const networks = await projectNetworks(instance, places, world);
  if (!networks.ok) return networks;
  // A killed `dev up` may have joined some and noted nothing.
  if (!world.files.exists(path) && networks.value.length === 0) return ok(undefined);
  return withRouter(places, 'dev down', world, progress, async () => {
    const removed = world.files.remove(path);
    if (!removed.ok) return removed;
    const live = await liveRecords(places, world);
    if (!live.ok) return live;
    if (live.value.length === 0) return endRouter(places, world);
    const request = { instance, bundle: own.bundle, yes: false };
    const served = await serve(places, live.value, request, world, progress);
    // It has to be out of the networks that are about to go, whatever became of the rest.
    return served.ok ? ok(undefined) : leaveNetworks(networks.value, places, world);
  });
}

/** Networks of the project that the router is in. */
async function projectNetworks(
  instance: string,
  places: RouterPlaces,
  world: Pick<World, 'engine'>,
): Promise<Result<readonly string[], Failure>> {
  const router = await findRouter(places, world);
  if (!router.ok) return router;
  const joined = router.value?.networks;
  if (joined === undefined) return ok([]);
  const engine = await world.engine();
  const networks = await engine.networks({ [COMPOSE_LABELS.project]: instance });
  if (!networks.ok) return networks;
  return ok(networks.value.map(({ name }) => name).filter((name) => joined.has(name)));
}

async function leaveNetworks(
  networks: readonly string[],
  places: RouterPlaces,
  world: Pick<World, 'engine'>,
): Promise<Result<void, Failure>> {
  const router = await findRouter(places, world);
  if (!router.ok) return router;
  const engine = await world.engine();
  for (const name of networks) {
    if (router.value?.networks.has(name) !== true) continue;
    const left = await engine.disconnect(name, router.value.id);
    if (!left.ok) return left;
  }
  return ok(undefined);
}

/** Ends the router, and takes away all that it has on this machine but its image. */
async function endRouter(
  places: RouterPlaces,
  world: Pick<World, 'engine' | 'files'>,
): Promise<Result<void, Failure>> {
  const engine = await world.engine();
  const router = await findRouter(places, world);
  if (!router.ok) return router;
  // What waits for an end of its connections is not waited for.
  const removed = await engine.removeContainer(router.value?.id ?? places.name, 'removed');
  if (!removed.ok) return removed;
  const networks = await engine.networks(routerLabels(places));
  if (!networks.ok) return networks;
  for (const name of new Set([...networks.value.map((one) => one.name), networkOf(places)])) {
    const gone = await engine.removeNetwork(name);
    if (!gone.ok) return gone;
  }
  return world.files.remove(places.folder);
}

/** Ends the router where nobody needs it any more: what a kill left behind. */
export async function sweepRouter(
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const places = routerPlaces(world);
  const router = await findRouter(places, world);
  if (!router.ok) return router;
  if (router.value === undefined && !world.files.exists(places.folder)) return ok(undefined);
  return withRouter(places, 'dev clean', world, progress, async () => {
    const live = await liveRecords(places, world);
    if (!live.ok) return live;
    return live.value.length === 0 ? endRouter(places, world) : ok(undefined);
  });
}
