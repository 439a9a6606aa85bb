import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { PRIVATE_FILE } from '../../generate/private-folder.ts';
import { ensureNamesCertificate } from '../../generate/router-certificate.ts';
import { policyOf } from '../../model/context-policy.ts';
import { isMapping } from '../../model/plain.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { World } from '../../ports/world.ts';
import {
  addressOf,
  parseRouterPorts,
  parseRouterRecord,
  type RouterPorts,
  type RouterRecord,
} from '../../router/record.ts';
import { expectedHosts, routerRecord, type RoutesRequest } from '../../router/routes.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Prepared } from '../up/prepare.ts';
import { namedUrls } from './addresses.ts';
import { findRouter } from './container.ts';
import { leaveRouter } from './leave.ts';
import { recordPlace, routerFolders, routerPlaces, type RouterPlaces } from './places.ts';
import { PORTS_VARIABLE, USUAL_PORTS, wantedPorts } from './ports.ts';
import { liveRecords, serve, withRouter } from './serve.ts';
import { certificatePlace, ensureFolders } from './store.ts';

/** Whether this project has addresses by name on this machine. */
function isRouted({ opened }: Prepared): boolean {
  const { project, settings, context } = opened;
  return policyOf(context).isAttended && project.router !== undefined && settings.router;
}

/**
 * Makes sure that the project's addresses lead to its containers, as the last step of `dev up`; takes
 * them away where they are not wanted any more. Where all is so already it only looks.
 */
export async function ensureRoutes(
  prepared: Prepared,
  yes: boolean,
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const { opened } = prepared;
  const { instance, places: own, context, trial } = opened;
  if (!policyOf(context).isAttended || trial !== undefined) return ok(undefined);
  if (!isRouted(prepared)) return leaveRouter(opened, world, progress);
  const places = routerPlaces(world);
  const listed = await (await world.engine()).containers(instance);
  if (!listed.ok) return listed;
  const record = routerRecord(routesRequest(prepared, listed.value));
  if (record.routes.length === 0) return leaveRouter(opened, world, progress);
  const text = `${JSON.stringify(record, null, 1)}\n`;
  const isKnown = await isServed(recordPlace(places, own.id), text, record, places, world);
  if (!isKnown.ok || isKnown.value) return isKnown.ok ? ok(undefined) : isKnown;

  const step = { id: 'router', label: 'addresses by name' };
  const startedAtMs = world.clock.steady();
  progress.report({ kind: 'step-started', ...step });
  const served = await withRouter(places, 'dev up', world, progress, async () => {
    const folders = ensureFolders(places, world);
    if (!folders.ok) return folders;
    const names = record.routes.map(({ host }) => host);
    const path = certificatePlace(places, own.id);
    const certificate = await ensureNamesCertificate(path, names, own.ca, world);
    if (!certificate.ok) return certificate;
    const live = await liveRecords(places, world);
    if (!live.ok) return live;
    const others = live.value.filter(({ id }) => id !== own.id);
    const { bundle } = own;
    const done = await serve(
      places,
      [...others, { id: own.id, record }],
      { instance, bundle, yes },
      world,
      progress,
    );
    // Written last: what is on record was seen to work.
    return done.ok
      ? world.files.writeAtomic(recordPlace(places, own.id), text, { mode: PRIVATE_FILE })
      : done;
  });
  const outcome = served.ok ? 'done' : 'failed';
  const durationMs = world.clock.steady() - startedAtMs;
  progress.report({ kind: 'step-finished', ...step, outcome, durationMs });
  return served;
}

/**
 * The addresses that `dev up` would see to, for a dry run: none where they are there already, or
 * where the project has none. What an image alone exposes is known of containers that there are.
 */
export async function expectedAddresses(
  prepared: Prepared,
  { files, host, engine }: Pick<World, 'files' | 'host' | 'engine'>,
): Promise<readonly string[]> {
  const { trial, places: own, instance } = prepared.opened;
  if (trial !== undefined || !isRouted(prepared)) return [];
  const listed = await (await engine()).containers(instance);
  const known = namedUrls(own, instance, { files, host }).map(({ url }) => url);
  const ports = chosenPorts(host, files);
  const hosts = expectedHosts(routesRequest(prepared, listed.ok ? listed.value : []));
  const expected = hosts.map((name) => addressOf(name, ports));
  return expected.every((url) => known.includes(url)) ? [] : expected;
}

/** Those that the router has, or that it would ask for. */
function chosenPorts(
  host: Pick<World, 'host'>['host'],
  files: Pick<World['files'], 'read'>,
): RouterPorts {
  const text = files.read(routerFolders(host).ports);
  const had = text.ok && text.value !== undefined ? parseRouterPorts(text.value) : undefined;
  return had ?? wantedPorts(host.environment[PORTS_VARIABLE]) ?? USUAL_PORTS;
}

function routesRequest(
  { opened, document, environment }: Prepared,
  containers: readonly ContainerSummary[],
): RoutesRequest {
  const { instance, project } = opened;
  const services = isMapping(document) ? environment.order : [];
  return {
    instance,
    root: project.root,
    document,
    order: services,
    containers,
    probed: project.probes.flatMap(({ request, stages }) =>
      [request, ...stages].map(({ url }) => url),
    ),
    front: project.router?.front,
  };
}

/** Whether all of it is on record, and the router runs and is in the networks. */
async function isServed(
  path: string,
  text: string,
  { networks }: RouterRecord,
  places: RouterPlaces,
  world: Pick<World, 'files' | 'engine'>,
): Promise<Result<boolean, Failure>> {
  const before = world.files.read(path);
  if (!before.ok || before.value !== text || parseRouterRecord(text) === undefined)
    return ok(false);
  const router = await findRouter(places, world);
  if (!router.ok) return router;
  const runs = router.value?.state === 'running';
  return ok(runs && networks.every((name) => router.value?.networks.has(name) === true));
}
