import { personInside } from '../machine/person-inside.ts';
import { dirname, join } from 'node:path';
import { readMerged } from '../../compose/read/merged-document.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { isMapping, type PlainMapping } from '../../model/plain.ts';
import { runContainer } from '../../ports/docker-command.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Finished } from '../../ports/processes.ts';
import { DEV_FOLDER, type Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { readAccess, type Access } from '../../tools/access.ts';
import {
  HISTORY_FILES,
  KIND_LABEL,
  TOOLS_STAMP_LABEL,
  toolsStamp,
  standingSpec,
  type Mount,
  type ToolsSpec,
} from '../../tools/container.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';

/** What the tools need of an opened project. */
export interface ToolsContext {
  readonly world: Pick<
    World,
    'host' | 'files' | 'processes' | 'clock' | 'engine' | 'engineChoice' | 'locks'
  >;
  /** The name that Compose knows the environment by. */
  readonly project: string;
  /** The project's folder, absolute. */
  readonly root: string;
  readonly places: Places;
  /** The engine's socket, where the settings let the tools have it. */
  readonly engineSocket: string | undefined;
  /** The reference of the image `tools`, built if need be. */
  readonly ensureImage: () => Promise<Result<string, Failure>>;
  readonly report: Report;
}

/** The standing container, running. */
export interface ToolsContainer {
  readonly id: string;
  readonly spec: ToolsSpec;
  readonly access: Access;
  /** The agent's socket on the host; nobody may answer there on hosts that do not share sockets. */
  readonly socket: string;
  /** All containers of the project at that moment. */
  readonly containers: readonly ContainerSummary[];
}

const NO_SUCH_PROGRAM = 127;
const LOCK_PATIENCE_MS = 120_000;

/** Finds the environment's tools container, or makes it. Made anew when its recipe has changed. */
export async function ensureToolsContainer(
  context: ToolsContext,
): Promise<Result<ToolsContainer, Failure>> {
  const engine = await context.world.engine();
  // What is read meanwhile takes longer.
  const listing = engine.containers(context.project);
  const prepared = await prepare(context);
  const containers = await listing;
  if (!prepared.ok) return prepared;
  if (!containers.ok) return containers;
  const running = rightOne(containers.value, prepared.value.spec);
  if (running !== undefined) {
    return ok({ id: running, ...prepared.value, containers: containers.value });
  }
  // Two at once: the second waits, and then finds the first one's.
  const made = ensureInstanceFolders(context.places, context.world);
  if (!made.ok) return made;
  const path = context.places.tools.lock;
  const options = { patienceMs: LOCK_PATIENCE_MS };
  const lock = await context.world.locks.acquire(path, 'start the tools container', options);
  if (!lock.ok) return lock;
  try {
    const id = await startAnew(context, prepared.value.spec);
    if (!id.ok) return id;
    const now = await engine.containers(context.project);
    return now.ok ? ok({ id: id.value, ...prepared.value, containers: now.value }) : now;
  } finally {
    await lock.value.release();
  }
}

/** The project's standing tools container, whatever state it is in. */
const standing = (containers: readonly ContainerSummary[]): ContainerSummary | undefined =>
  containers.find(({ labels }) => labels[KIND_LABEL] === 'tools');

/** The id of the standing container when it runs and is of the present recipe. */
function rightOne(containers: readonly ContainerSummary[], spec: ToolsSpec): string | undefined {
  const { state, labels, id } = standing(containers) ?? {};
  const isRight = state === 'running' && labels?.[TOOLS_STAMP_LABEL] === toolsStamp(spec);
  return isRight ? id : undefined;
}

async function startAnew(context: ToolsContext, spec: ToolsSpec): Promise<Result<string, Failure>> {
  const engine = await context.world.engine();
  const containers = await engine.containers(context.project);
  if (!containers.ok) return containers;
  const running = rightOne(containers.value, spec);
  if (running !== undefined) return ok(running);
  const old = standing(containers.value);
  if (old !== undefined) {
    const removed = await engine.removeContainer(old.id, 'removed');
    if (!removed.ok) return removed;
  }
  return start(context, spec);
}

async function start(context: ToolsContext, spec: ToolsSpec): Promise<Result<string, Failure>> {
  const { clock } = context.world;
  const step = { id: 'tools', label: 'tools container' };
  const startedMs = clock.steady();
  context.report({ kind: 'step-started', ...step });
  const started = await startOnNetworks(context, spec);
  const outcome = started.ok ? 'done' : 'failed';
  const durationMs = clock.steady() - startedMs;
  context.report({ kind: 'step-finished', ...step, outcome, durationMs });
  return started;
}

async function startOnNetworks(
  context: ToolsContext,
  spec: ToolsSpec,
): Promise<Result<string, Failure>> {
  const { processes } = context.world;
  const started = await processes.run(runContainer(standingSpec(spec)));
  if (started.status !== 0) return fail(startFailure(started));
  const id = started.stdout.trim();
  const engine = await context.world.engine();
  for (const network of spec.networks.slice(1)) {
    const connected = await engine.connect(network, id);
    if (!connected.ok) return connected;
  }
  return ok(id);
}

function startFailure({ status, stderr }: Finished): Failure {
  const noClient = status === NO_SUCH_PROGRAM;
  return {
    reason: noClient ? 'host' : 'service',
    what: 'the tools container does not start',
    why: noClient ? 'there is no program `docker`' : stderr.trim(),
    cure: noClient ? 'dev doctor --fix' : 'dev status',
  };
}

/** Gathers what the container is made from, and writes what it reads. */
async function prepare(
  context: ToolsContext,
): Promise<Result<Omit<ToolsContainer, 'id' | 'containers'>, Failure>> {
  const { world, root, project } = context;
  const { host, files } = world;
  const engine = await world.engine();
  const asked = engine.networks({ [COMPOSE_LABELS.project]: project });
  const read = readEnvironment(context);
  const networks = await asked;
  if (!networks.ok) return networks;
  if (networks.value.length === 0) return fail(notRunning(project));
  if (!read.ok) return read;
  const { access, secrets } = read.value;

  const image = await context.ensureImage();
  if (!image.ok) return image;

  const { folder: state, socket } = context.places.tools;
  const written = writeState(context, access);
  if (!written.ok) return written;
  const agentPath = join(host.toolDirectory, 'dist/tools-agent.cjs');
  const { bundle } = context.places;
  const spec: ToolsSpec = {
    project,
    root,
    image: image.value,
    // A program that has changed under a container that runs it is found out by its time.
    agent: { path: agentPath, version: String(files.modifiedMs(agentPath)) },
    stateDirectory: state,
    bundle: files.exists(bundle) ? bundle : undefined,
    secrets,
    hidden: join(root, DEV_FOLDER),
    networks: networks.value.map(({ name }) => name).sort(),
    user: await personInside(world),
    engineSocket: context.engineSocket,
  };
  return ok({ spec, access, socket });
}

/** What the tools know of an environment without asking the engine. */
export interface ToolsEnvironment {
  /** The merged Compose document. */
  readonly document: PlainMapping;
  readonly access: Access;
  readonly secrets: readonly Mount[];
}

/** What the merged document of the last `dev up` says of services and databases. */
export function readEnvironment(
  context: Pick<ToolsContext, 'places' | 'project'> & {
    readonly world: Pick<World, 'files'>;
  },
): Result<ToolsEnvironment, Failure> {
  const { files } = context.world;
  const { composeFile: path, secrets: secretsDirectory } = context.places;
  const text = files.confined(context.places.root).read(path);
  if (!text.ok) return text;
  if (text.value === undefined) return fail(withoutFile(path));
  const parsed: unknown = readMerged(text.value);
  const document = isMapping(parsed) ? parsed : {};
  const place = { directory: dirname(path), secretsDirectory };
  const { access, secrets } = readAccess(document, context.project, place);
  // One by one: what else is secret is nobody's business in there.
  const visible = secrets
    .filter(({ hostPath }) => files.exists(hostPath))
    .map(({ hostPath, containerPath }) => ({
      source: hostPath,
      target: containerPath,
      readOnly: true,
    }));
  return ok({ document, access, secrets: visible });
}

/** Folders, history files (so that they belong to the person) and the facts for the scripts. */
function writeState(context: ToolsContext, access: Access): Result<void, Failure> {
  const { folder: state } = context.places.tools;
  // The container writes there, too: a link of its making leads nowhere.
  const files = context.world.files.confined(state);
  const history = join(state, 'history');
  const made = files.makeDirectory(history, { mode: 0o700 });
  if (!made.ok) return made;
  for (const name of HISTORY_FILES) {
    const path = join(history, name);
    if (files.exists(path)) continue;
    const written = files.writeAtomic(path, '', { mode: 0o600 });
    if (!written.ok) return written;
  }
  const path = join(state, 'access.json');
  const text = `${JSON.stringify(access, null, 2)}\n`;
  const before = files.read(path);
  if (before.ok && before.value === text) return ok(undefined);
  return files.writeAtomic(path, text, { mode: 0o600 });
}

function withoutFile(path: string): Failure {
  const why = 'what dev up writes there was deleted, or it was never up here';
  return { reason: 'service', what: `${path} is not there`, why, cure: 'dev up' };
}

function notRunning(project: string): Failure {
  return {
    reason: 'service',
    what: `the environment ${project} does not run`,
    cure: 'dev up',
  };
}
