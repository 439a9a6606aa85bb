import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { Context, Project } from '../model/project.ts';
import { compareFacts, type ParitySubject, type ServiceParity } from '../parity/compare.ts';
import { GATHER_SCRIPT, joinFacts, layerFacts, type Facts } from '../parity/facts.ts';
import { productionReasons, projectReasons, REASONS } from '../parity/reasons.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { gatherParityFacts } from './parity/gather.ts';
import { locateInstance } from './project/locate.ts';
import { readProject } from './project/read-project.ts';
import { up } from './up.ts';

export interface ParityRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** What development is compared with. */
  readonly other: Exclude<Context, 'dev'>;
  readonly yes: boolean;
}

export interface ParityReport {
  readonly other: Context;
  readonly services: readonly ServiceParity[];
}

/** The container of each service that runs, or ran to its end. */
type Tasks = ReadonlyMap<string, ContainerSummary>;

async function tasksIn(
  context: Context,
  request: ParityRequest,
  world: World,
  progress: Progress,
): Promise<Result<Tasks, Failure>> {
  const located = locateInstance(world, { ...request, context }, progress.report);
  if (!located.ok) return located;
  const listed = await (await world.engine()).containers(located.value.instance);
  if (!listed.ok) return listed;
  const own = listed.value.filter(({ oneOff }) => !oneOff);
  const ended = own.filter(({ state }) => state === 'exited');
  const running = own.filter(({ state }) => state === 'running');
  // Of several containers of a service any one that runs will do: they are made of the same definition.
  return ok(new Map([...ended, ...running].map((container) => [container.service, container])));
}

/** What there is in a context; where nothing runs, it is brought up first. */
async function broughtUp(
  context: Context,
  request: ParityRequest,
  world: World,
  progress: Progress,
): Promise<Result<Tasks, readonly Failure[]>> {
  const first = await tasksIn(context, request, world, progress);
  const isUp = first.ok && [...first.value.values()].some(({ state }) => state === 'running');
  if (isUp) return first;
  const { project, yes } = request;
  const started = await up(
    {
      ...{ project, context, yes, profiles: [], services: [], recreate: 'none', resetData: 'none' },
      ...{ askedBy: 'person', dryRun: false },
    },
    world,
    progress,
  );
  if (!started.ok) return started;
  if (started.value.failures.length > 0) return fail(started.value.failures);
  const now = await tasksIn(context, request, world, progress);
  return now.ok ? now : fail([now.failure]);
}

function roleOf(service: string, { modules }: Project): ParitySubject['role'] {
  const module = modules.find(({ name }) => name === service);
  if (module === undefined) return 'service';
  return module.run === undefined ? 'library' : 'module';
}

/** As `dev.yaml` has them, then the others by name. */
function inOrder(names: readonly string[], { modules, services }: Project): readonly string[] {
  const order = [...modules.map(({ name }) => name), ...services.keys()];
  const rank = (name: string): number => {
    const index = order.indexOf(name);
    return index === -1 ? order.length : index;
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

interface GatherRequest {
  readonly project: Project;
  readonly script: string;
  readonly hash: (value: string) => string;
  readonly signal: AbortSignal;
}

async function layersOf(
  container: ContainerSummary | undefined,
  world: World,
): Promise<Result<readonly string[], Failure>> {
  if (container === undefined) return ok([]);
  const image = await (await world.engine()).image(container.imageId);
  return image.ok ? ok(image.value?.layers ?? []) : image;
}

/** Both sides of one service, looked at at the same time. */
async function subjectOf(
  service: string,
  pair: readonly [ContainerSummary | undefined, ContainerSummary | undefined],
  { project, script, hash, signal }: GatherRequest,
  world: World,
): Promise<Result<ParitySubject, Failure>> {
  const engine = await world.engine();
  const role = roleOf(service, project);
  const paths = project.modules.find(({ name }) => name === service)?.artifact ?? [];
  const looked = await Promise.all(
    pair.map((container, side): Promise<Result<Facts, Failure>> => {
      if (container === undefined) return Promise.resolve(ok(new Map()));
      const module = role !== 'service';
      const options = { hash, module, person: module && side === 0, signal };
      return gatherParityFacts({ container, script, paths, ...options }, engine);
    }),
  );
  const [dev = ok(new Map()), other = ok(new Map())] = looked;
  if (!dev.ok) return dev;
  if (!other.ok) return other;
  const [layers, others] = await Promise.all([layersOf(pair[0], world), layersOf(pair[1], world)]);
  if (!layers.ok) return layers;
  if (!others.ok) return others;
  // What runs in one alone differs in that, and need not be told in all of its facts.
  const alone = pair.includes(undefined);
  const only = (facts: Facts): Facts =>
    new Map([...facts].filter(([category]) => !alone || category === 'service'));
  const kind = role === 'service' ? role : 'module';
  const [one, two] = alone ? [new Map(), new Map()] : layerFacts(kind, layers.value, others.value);
  return ok({
    service,
    role,
    dev: joinFacts(only(dev.value), one),
    other: joinFacts(only(other.value), two),
  });
}

/**
 * Compares development with another context, in containers of both: everything that a program
 * finds around itself there. What is not up is brought up.
 */
export async function parity(
  request: ParityRequest,
  world: World,
  progress: Progress,
): Promise<Result<ParityReport, readonly Failure[]>> {
  const { files, host } = world;
  const dev = await broughtUp('dev', request, world, progress);
  if (!dev.ok) return dev;
  const other = await broughtUp(request.other, request, world, progress);
  if (!other.ok) return other;
  const located = locateInstance(world, { ...request, context: 'dev' }, progress.report);
  if (!located.ok) return fail([located.failure]);
  const project = readProject(located.value.root, world);
  if (!project.ok) return project;
  const script = files.read(join(host.toolDirectory, GATHER_SCRIPT));
  if (!script.ok) return fail([script.failure]);
  const key = randomBytes(16);
  const hash = (value: string): string =>
    createHmac('sha256', key).update(value).digest('hex').slice(0, 8);
  const around = {
    ...{ project: project.value, script: script.value ?? '', hash },
    signal: progress.signal,
  };
  const names = inOrder([...new Set([...dev.value.keys(), ...other.value.keys()])], project.value);
  const subjects = await Promise.all(
    names.map((name) =>
      subjectOf(name, [dev.value.get(name), other.value.get(name)], around, world),
    ),
  );
  const failed = subjects.flatMap((one) => (one.ok ? [] : [one.failure]));
  if (failed.length > 0) return fail(failed);
  const { parity: own, modules } = project.value;
  const reasons = [...projectReasons(own), ...productionReasons(modules), ...REASONS];
  const services = subjects.flatMap((one) => (one.ok ? [compareFacts(one.value, reasons)] : []));
  return ok({ other: request.other, services });
}
