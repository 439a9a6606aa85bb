import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Progress, Report } from '../events/progress.ts';
import { allInstances, instanceIn, releaseInstance } from '../generate/instance.ts';
import { policyOf } from '../model/context-policy.ts';
import { CONTEXTS, type Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { leaveRouter } from './router/leave.ts';
import { ok, type Result } from '../util/result.ts';
import { down } from './down.ts';
import { locateInstance, type Located } from './project/locate.ts';
import { withoutSession } from './project/lock.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import { type Leftovers, type CleanWorld, leftovers } from './clean/leftovers.ts';

/** A context of the project, with what is left of it. */
export interface LeftContext {
  readonly located: Located;
  readonly found: Leftovers;
}

/**
 * Looks at every context that has been up; development's comes last, which all are called by.
 * Another one that is asked for by name is looked at alone.
 */
export async function allLeftovers(
  request: { readonly project: string | undefined; readonly context: Context },
  volumes: boolean,
  world: CleanWorld,
  report: Report,
): Promise<Result<readonly LeftContext[], Failure>> {
  const others = CONTEXTS.filter((context) => !policyOf(context).isMain);
  const contexts = policyOf(request.context).isMain
    ? [...others, request.context]
    : [request.context];
  const left: LeftContext[] = [];
  for (const context of contexts) {
    const located = locateInstance(world, { ...request, context }, report);
    if (!located.ok) return located;
    if (context !== request.context && !world.files.exists(located.value.places.state)) continue;
    const found = await leftovers(located.value, volumes, world, report);
    if (!found.ok) return found;
    left.push({ located: located.value, found: found.value });
  }
  return ok(left);
}

/** A project with what is left of it, context by context. */
export interface LeftProject {
  readonly name: string;
  readonly root: string;
  readonly contexts: readonly LeftContext[];
}

export interface EveryLeftover {
  readonly projects: readonly LeftProject[];
  /** Names of those that run: they are left alone. */
  readonly running: readonly string[];
}

/** Looks at all projects of this machine that do not run, also of folders that are gone. */
export async function everyLeftover(
  volumes: boolean,
  world: CleanWorld,
  report: Report,
): Promise<Result<EveryLeftover, Failure>> {
  const instances = allInstances({ ...world, report });
  if (!instances.ok) return instances;
  const engine = await world.engine();
  const containers = await engine.everyContainer();
  if (!containers.ok) return containers;
  const runs = new Set(
    containers.value
      .filter(({ state }) => state === 'running')
      .map(({ labels }) => labels[COMPOSE_LABELS.project]),
  );
  const projects: LeftProject[] = [];
  const running: string[] = [];
  for (const { isThere, ...instance } of instances.value) {
    const { name, places } = instance;
    const all = CONTEXTS.map((context) => ({ context, ...instanceIn(context, instance, world) }));
    // What runs and has no folder any more nobody can end otherwise.
    if (isThere && all.some((own) => runs.has(own.name))) {
      running.push(name);
      continue;
    }
    const contexts: LeftContext[] = [];
    for (const own of all.toSorted(({ context }) => (policyOf(context).isMain ? 1 : -1))) {
      const located = { root: places.root, instance: own.name, ...own };
      const found = await leftovers(located, volumes, world, report);
      // The name is another folder's by now: nothing of it is this one's.
      if (!found.ok && found.failure.reason === 'definition') continue;
      if (!found.ok) return found;
      contexts.push({ located, found: found.value });
    }
    projects.push({ name, root: places.root, contexts });
  }
  return ok({ projects, running });
}

/** Removes what is left of them; the folder's name is given back where no data is called by it. */
export async function cleanAll(
  left: readonly LeftContext[],
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  for (const { located, found } of left) {
    const cleaned = await withoutSession(located, 'dev clean', world, progress, () =>
      clean(located, found, world, progress),
    );
    if (!cleaned.ok) return cleaned;
  }
  // What one context has by a name that another one uses, too, is free now.
  for (const { located, found } of left.slice(0, -1)) {
    const volumes = found.keptVolumes.length === 0;
    const ended = await down({ ...located, volumes, dryRun: false }, world, progress.report);
    if (!ended.ok) return ended;
  }
  const keeps = left.some(({ found }) => found.keptVolumes.length > 0);
  const last = left.at(-1)?.located;
  if (keeps || last === undefined || !policyOf(last.context).isMain) return ok(undefined);
  return releaseInstance(last.root, { ...world, report: progress.report });
}

/**
 * Removes what the project left: containers, networks, dependency volumes and its folders; the data
 * volumes only when asked for. A folder whose data stays keeps its name and its credentials, so that
 * the data is found again and can be opened.
 */
async function clean(
  located: Located,
  found: Leftovers,
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const left = await leaveRouter(located, world, progress);
  if (!left.ok) return left;
  const volumes = found.keptVolumes.length === 0;
  const ended = await down({ ...located, volumes, dryRun: false }, world, progress.report);
  if (!ended.ok) return ended;
  const engine = await world.engine();
  // Another worktree may use them, too.
  const unused = await engine.volumes({}, { unused: true });
  if (!unused.ok) return unused;
  const free = new Set(unused.value.map(({ name }) => name));
  for (const name of found.dependencyVolumes.filter((one) => free.has(one))) {
    const removed = await engine.removeVolume(name);
    if (!removed.ok) return removed;
  }
  for (const reference of found.images) {
    // Somebody else's container may run it, or another image be built upon it: then it stays.
    const removed = await engine.removeImage(reference);
    // One that hangs would hang with each of them.
    if (!removed.ok && removed.failure.reason === 'no-engine') return removed;
  }
  const files = world.files.confined(located.root);
  for (const folder of found.dependencyFolders) {
    const removed = files.remove(folder);
    if (!removed.ok) return removed;
  }
  for (const folder of found.folders) {
    const parts = world.files.list(folder).filter((name) => !found.keptParts.includes(name));
    const paths = found.keptParts.length === 0 ? [folder] : parts.map((name) => join(folder, name));
    for (const path of paths) {
      const removed = files.remove(path);
      if (!removed.ok) return removed;
    }
  }
  return ok(undefined);
}
