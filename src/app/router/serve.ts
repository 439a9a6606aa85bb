import { personInside } from '../machine/person-inside.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { ensurePrivate, PRIVATE_FILE } from '../../generate/private-folder.ts';
import { personFolder } from '../../generate/person-folder.ts';
import type { Places } from '../../model/places.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { World } from '../../ports/world.ts';
import { CONTROL_HOST } from '../../router/haproxy.ts';
import { parseRouterPorts, type RouterPorts } from '../../router/record.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { dirname } from 'node:path';
import {
  ensureNetwork,
  ensureRouterImage,
  findRouter,
  routerStamp,
  startRouter,
  type RouterRecipe,
} from './container.ts';
import { networkOf, recordPlace, ROUTER_STAMP_LABEL, type RouterPlaces } from './places.ts';
import { choosePorts, movedNotes, PORTS_VARIABLE, wantedPorts } from './ports.ts';
import { ensureFolders, readRecords, writeServed, type KeptRecord } from './store.ts';

const LOCK_PATIENCE_MS = 120_000;
/** How often other ports are tried, when the engine refuses some. */
const TRIES = 6;
const IN_FORCE_MS = 10_000;
const ASK_AGAIN_MS = 20;

/** One at a time changes the router, whatever project it is for. */
export async function withRouter<T>(
  places: RouterPlaces,
  purpose: string,
  world: Pick<World, 'files' | 'host' | 'locks'>,
  { signal }: Pick<Progress, 'signal'>,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { files, host, locks } = world;
  const made = ensurePrivate([personFolder(host), dirname(places.lock)], files, host.uid);
  if (!made.ok) return made;
  const lock = await locks.acquire(places.lock, purpose, {
    patienceMs: LOCK_PATIENCE_MS,
    signal,
  });
  if (!lock.ok) return lock;
  try {
    return await work();
  } finally {
    await lock.value.release();
  }
}

/** Records of projects of which the engine has anything; the others are taken away. */
export async function liveRecords(
  places: RouterPlaces,
  world: Pick<World, 'files' | 'engine'>,
): Promise<Result<readonly KeptRecord[], Failure>> {
  const listed = await (await world.engine()).everyContainer();
  if (!listed.ok) return listed;
  const there = new Set(listed.value.map(({ labels }) => labels[COMPOSE_LABELS.project]));
  const live: KeptRecord[] = [];
  for (const kept of readRecords(places, world.files)) {
    if (there.has(kept.record.instance)) live.push(kept);
    else {
      const removed = world.files.remove(recordPlace(places, kept.id));
      if (!removed.ok) return removed;
    }
  }
  return ok(live);
}

export interface RouterServeRequest {
  /** Who asks: for the builds, and for what is said of ports. */
  readonly instance: string;
  readonly bundle: Places['bundle'];
  readonly yes: boolean;
}

/** Brings the router to what the records say: files, container, networks. The lock is held. */
export async function serve(
  places: RouterPlaces,
  kept: readonly KeptRecord[],
  request: RouterServeRequest,
  world: World,
  progress: Progress,
): Promise<Result<RouterPorts, Failure>> {
  const wanted = wantedPorts(world.host.environment[PORTS_VARIABLE]);
  if (wanted === undefined) return fail(senselessPorts());
  const folders = ensureFolders(places, world);
  if (!folders.ok) return folders;
  const network = await ensureNetwork(places, world);
  if (!network.ok) return network;
  const image = await ensureRouterImage(request.bundle, places, request.yes, world, progress);
  if (!image.ok) return image;
  const recipe = { image: image.value, wanted, user: await personInside(world) };
  const { subnets } = network.value;
  const started = await ensureStarted(recipe, subnets, kept, request, places, world, progress);
  if (!started.ok) return started;
  const { id, ports, generation } = started.value;
  const joined = await joinNetworks(id, kept, places, world);
  if (!joined.ok) return joined;
  const inForce = await awaitGeneration(id, generation, ports, world, progress);
  return inForce.ok ? ok(ports) : inForce;
}

interface Started {
  readonly id: string;
  readonly ports: RouterPorts;
  readonly generation: string;
}

/** Keeps the one that runs and is right; it is told of new files when the networks are joined. */
async function ensureStarted(
  recipe: RouterRecipe,
  subnets: readonly string[],
  kept: readonly KeptRecord[],
  request: RouterServeRequest,
  places: RouterPlaces,
  world: World,
  { report }: Progress,
): Promise<Result<Started, Failure>> {
  const found = await findRouter(places, world);
  if (!found.ok) return found;
  const { state, labels, id } = found.value ?? {};
  const known = keptPorts(places, world);
  const isRight =
    state === 'running' && labels?.[ROUTER_STAMP_LABEL] === routerStamp(recipe, places);
  if (isRight && id !== undefined && known !== undefined) {
    const generation = await writeServed(places, kept, { subnets, ports: known }, world);
    return generation.ok ? ok({ id, ports: known, generation: generation.value }) : generation;
  }
  if (id !== undefined) {
    // Its ports are its own until it is gone.
    const removed = await (await world.engine()).removeContainer(id, 'removed');
    if (!removed.ok) return removed;
  }
  const refused = new Map<number, string>();
  for (let tries = 1; ; tries += 1) {
    const ports = await choosePorts(recipe.wanted, new Set(refused.keys()), world);
    const generation = await writeServed(places, kept, { subnets, ports }, world);
    if (!generation.ok) return generation;
    const made = await startRouter(recipe, ports, places, world);
    if (made.ok) {
      const text = `${JSON.stringify(ports)}\n`;
      const noted = world.files.writeAtomic(places.ports, text, { mode: PRIVATE_FILE });
      if (!noted.ok) return noted;
      const holders = { engine: await world.engine(), ports: world.ports };
      const { instance } = request;
      for (const note of await movedNotes(recipe.wanted, ports, refused, instance, holders)) {
        report({ kind: 'note', level: 'warning', text: note });
      }
      return ok({ id: made.value, ports, generation: generation.value });
    }
    const port = made.failure.about?.port;
    if (made.failure.reason !== 'port-taken' || port === undefined || tries === TRIES) return made;
    refused.set(port, made.failure.why?.split('\n').at(-1) ?? '');
  }
}

function keptPorts(places: RouterPlaces, { files }: Pick<World, 'files'>): RouterPorts | undefined {
  const text = files.read(places.ports);
  return text.ok && text.value !== undefined ? parseRouterPorts(text.value) : undefined;
}

/** It is in its own network and in those of the projects, and in no other. */
async function joinNetworks(
  id: string,
  kept: readonly KeptRecord[],
  places: RouterPlaces,
  world: Pick<World, 'engine'>,
): Promise<Result<void, Failure>> {
  const engine = await world.engine();
  const found = await findRouter(places, world);
  if (!found.ok) return found;
  const joined = new Set(found.value?.networks.keys());
  const wanted = new Set(kept.flatMap(({ record }) => record.networks));
  for (const name of joined) {
    if (name === networkOf(places) || wanted.has(name)) continue;
    const left = await engine.disconnect(name, id);
    if (!left.ok) return left;
  }
  for (const name of wanted) {
    if (joined.has(name)) continue;
    const there = await engine.connect(name, id);
    if (!there.ok) return there;
  }
  return ok(undefined);
}

/** Has it read its files again where they are others, and waits until they are in force. */
async function awaitGeneration(
  id: string,
  generation: string,
  { http }: RouterPorts,
  world: Pick<World, 'engine' | 'sender' | 'clock'>,
  { signal }: Progress,
): Promise<Result<void, Failure>> {
  const send = await world.sender();
  const current = async (): Promise<string | undefined> => {
    const { outcome } = await send({
      protocol: 'http',
      url: `http://127.0.0.1:${String(http)}/`,
      method: 'GET',
      headers: { host: CONTROL_HOST },
      timeoutMs: 1_000,
    });
    return outcome.kind === 'answered' ? outcome.body.trim() : undefined;
  };
  const engine = await world.engine();
  const untilMs = world.clock.steady() + IN_FORCE_MS;
  let told = false;
  while (world.clock.steady() < untilMs && !signal.aborted) {
    const answer = await current();
    if (answer === generation) return ok(undefined);
    if (answer !== undefined && !told) {
      told = true;
      // Open connections stay with the process that they began with.
      const signalled = await engine.signalContainer(id, 'SIGUSR2');
      if (!signalled.ok) return signalled;
    }
    await world.clock.sleep(ASK_AGAIN_MS);
  }
  return fail({
    reason: signal.aborted ? 'interrupted' : 'service',
    what: 'the router does not answer',
    why: `nothing came from 127.0.0.1:${String(http)} that is its own`,
    cure: 'docker logs of the container onestack-router-… tell why; dev up tries again',
  });
}

function senselessPorts(): Failure {
  return {
    reason: 'usage',
    what: `${PORTS_VARIABLE} is no pair of ports`,
    cure: `${PORTS_VARIABLE}=8080,8443: the one of HTTP, and that of HTTPS`,
  };
}
