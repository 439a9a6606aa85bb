/**
 * `dev up` where there was nothing to do, asked for again: what it was found out from is kept, and
 * where all of that still holds, so does the answer. Nothing is believed that was not looked at again.
 */
import { join } from 'node:path';
import { engineHolds } from '../../evidence/engine-evidence.ts';
import { portsHold, type Evidence } from '../../evidence/evidence.ts';
import { filesHold } from '../../evidence/file-evidence.ts';
import { personFolder } from '../../generate/person-folder.ts';
import type { Note } from '../../events/progress.ts';
import type { Context } from '../../model/project.ts';
import type { Plan } from '../../plan/step.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import type { NearEngine } from '../../ports/near-world.ts';
import type { PortProbe } from '../../ports/port-probe.ts';
import type { World } from '../../ports/world.ts';
import type { connectSession } from '../session/client.ts';
import type { UpRequest } from './plan-services.ts';
import type { Prepared } from './prepare.ts';
import { sha256 } from '../../util/sha256.ts';
import { readJson } from '../../util/read-json.ts';

const FORMAT = 5;
/** Terminals, folders and options differ; each has an answer of its own. */
const ANSWERS_KEPT = 64;

/** What is asked for; everything else about it is as `dev up` has it without options. */
export interface AgainRequest {
  /** As it was given. */
  readonly project: string | undefined;
  readonly context: Context;
  /** The very build of the tool: another one may come to another outcome. */
  readonly program: string;
  readonly engine: EngineChoice;
}

/** What can be told without working it out again. */
export interface Again {
  readonly evidence: Evidence;
  /** Hints that belong to it, as they were told. */
  readonly told: readonly Note[];
  readonly instance: string;
  /** How many services are wanted, and how many of them by containers. */
  readonly wanted: number;
  readonly services: number;
  /** The one that was found: without steps. */
  readonly plan: Plan;
  readonly place: Parameters<typeof connectSession>[0] & { readonly id: string };
  /** Somebody who has it is about to change something. */
  readonly lock: string;
}

/**
 * The whole environment counts: Compose files may name any variable. So that `cd` and a shell in a
 * shell make no difference, two of its variables count only for those whose files name them.
 */
const PASSING = ['OLDPWD', 'SHLVL'] as const;

function answersFolder(host: Pick<Host, 'home' | 'environment'>): string {
  return join(personFolder(host), 'answers');
}

function answerPlace(request: AgainRequest, host: Host): string {
  // Without TLS: such an engine is not asked this way.
  const { address, at, context, chosenBy } = request.engine;
  const engine = { address, at, context, chosenBy };
  // `docker` and what it starts are given the context that was chosen.
  const named = (host.environment['DOCKER_HOST'] ?? '') === '';
  const environment = {
    ...host.environment,
    ...(named && { DOCKER_CONTEXT: request.engine.context }),
  };
  const counted = Object.entries(environment)
    .filter(([name]) => !PASSING.some((passing) => passing === name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { uid, gid, home, workingDirectory, cores, nodeVersion } = host;
  const machine = { uid, gid, home, workingDirectory, cores, nodeVersion };
  const question = JSON.stringify([FORMAT, { ...request, engine }, machine, counted]);
  return join(answersFolder(host), `${sha256(question)}.json`);
}

/** Only an engine on a socket of this machine is asked this way. */
function isNear({ at, tls }: EngineChoice): boolean {
  return at.kind === 'socket' && tls === undefined;
}

/**
 * Keeps why there was nothing to do, so that the next one need only see that it is still so. That it
 * cannot be kept is no reason to fail: then it is worked out again.
 */
export function keepAgain(
  asked: UpRequest & Pick<AgainRequest, 'program'>,
  outcome: { readonly plan: Plan; readonly prepared: Pick<Prepared, 'opened' | 'desired'> },
  found: { readonly evidence: Evidence | undefined; readonly told: readonly Note[] },
  world: Pick<World, 'host' | 'files' | 'engineChoice'>,
): void {
  const { project, context, program, profiles, services, recreate, resetData } = asked;
  const { plan, prepared } = outcome;
  const { evidence, told } = found;
  const engine = world.engineChoice();
  const isPlain = profiles.length + services.length === 0;
  if (evidence === undefined || !engine.ok || plan.steps.length > 0 || !isPlain) return;
  if (recreate !== 'none' || resetData !== 'none') return;
  // Which commit is checked out is asked of git, and is no evidence.
  if (prepared.opened.baked !== undefined) return;
  const { instance, places } = prepared.opened;
  const { id, lock, session, socketKey } = places;
  const place = { id, session: { socket: session.socket }, socketKey };
  const again = {
    ...{ evidence, told },
    instance,
    wanted: prepared.desired.length,
    services: prepared.desired.filter(({ replicas }) => replicas > 0).length,
    plan,
    place,
    lock,
  };
  keep({ project, context, program, engine: engine.value }, again, world);
}

function keep(
  request: AgainRequest,
  again: Again,
  { host, files }: Pick<World, 'host' | 'files'>,
): void {
  const named = Object.keys(again.evidence.reads).some((path) => {
    const text = files.read(path);
    return !text.ok || PASSING.some((name) => text.value?.includes(name) === true);
  });
  if (named || !isNear(request.engine)) return;
  const folder = answersFolder(host);
  files.makeDirectory(folder, { mode: 0o700 });
  const place = answerPlace(request, host);
  files.writeAtomic(place, JSON.stringify(again), { mode: 0o600, flush: false });
  const old = files
    .list(folder)
    .map((name) => ({ path: join(folder, name), ms: files.modifiedMs(join(folder, name)) ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(ANSWERS_KEPT);
  for (const { path } of old) files.remove(path);
}

function recall(
  request: AgainRequest,
  { host, files }: { readonly host: Host; readonly files: Files },
): Again | undefined {
  if (!isNear(request.engine)) return undefined;
  // Written above, by this very build of the tool.
  return readJson(answerPlace(request, host), files) as Again | undefined;
}

/** The answer that was kept and the containers as they are, where all of it still holds. */
export async function recallAgain(
  request: AgainRequest,
  world: {
    readonly host: Host;
    readonly files: Files;
    readonly ports: Pick<PortProbe, 'isFree'>;
    readonly engine: NearEngine;
    readonly nowMs: number;
  },
): Promise<
  { readonly again: Again; readonly containers: readonly ContainerSummary[] } | undefined
> {
  const { files, ports, engine, nowMs } = world;
  const again = recall(request, world);
  if (again === undefined || files.exists(`${again.lock}.lock`)) return undefined;
  const listed: (readonly ContainerSummary[])[] = [];
  const asked: NearEngine = {
    ...engine,
    containers: async (project) => {
      const answer = await engine.containers(project);
      if (answer.ok) listed.push(answer.value);
      return answer;
    },
  };
  // The engine's answers are on their way while the files are looked at.
  const holding = engineHolds(again.evidence, asked);
  const asking = portsHold(again.evidence.ports, ports);
  const holds = filesHold(again.evidence, files, nowMs);
  const [containers] = (await holding) && (await asking) && holds ? listed : [];
  return containers === undefined ? undefined : { again, containers };
}
