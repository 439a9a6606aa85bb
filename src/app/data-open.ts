import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { locateInstance } from './project/locate.ts';
import { lockProject } from './project/lock.ts';
import { up } from './up.ts';
import { runningContainer, type DataContext, type DataTarget } from './data/context.ts';
import { chosenTargets } from './data/targets.ts';

/** What every command about data is given. */
export interface DataRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  readonly yes: boolean;
  /** Empty: all that have data. */
  readonly services: readonly string[];
}

export interface NamedData extends DataRequest {
  /** Of the snapshot. */
  readonly name: string | undefined;
  readonly dryRun: boolean;
}

/** The project and its outside world, as work on data needs them. */
export async function dataContext(
  request: Pick<DataRequest, 'project' | 'context' | 'yes'>,
  world: World,
  progress: Progress,
): Promise<Result<DataContext, Failure>> {
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return located;
  const [engine, data] = await Promise.all([world.engine(), world.dataFiles()]);
  return ok({ located: located.value, world, engine, data, progress, yes: request.yes });
}

/** Brings up services without which their data cannot be reached. */
async function startServices(
  services: readonly string[],
  { located, world, progress, yes }: DataContext,
): Promise<Result<void, Failure>> {
  const { root, context } = located;
  const names = services.join(', ');
  progress.report({ kind: 'note', level: 'info', text: `starting ${names}: its data is in it` });
  const started = await up(
    {
      ...{ project: root, context, profiles: [], services, recreate: 'none', resetData: 'none' },
      ...{ askedBy: 'session', dryRun: false, yes },
    },
    world,
    progress,
  );
  const failures = started.ok ? started.value.failures : started.failure;
  const [first] = failures;
  return first === undefined ? ok(undefined) : fail(first);
}

/**
 * Finds the services, starts those that have to run for it, and works while nobody else changes what
 * runs.
 * @param mustRun whether a service's own programs are needed, or its volumes are enough.
 */
export async function withTargets<T>(
  services: readonly string[],
  context: DataContext,
  mustRun: (target: DataTarget) => boolean,
  work: (targets: readonly DataTarget[]) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { located, world, engine, progress } = context;
  const first = await chosenTargets(services, located, world, engine);
  if (!first.ok) return first;
  const lacking = first.value.filter(
    (target) =>
      (target.volumes.length === 0 && target.containers.length === 0) ||
      (mustRun(target) && runningContainer(target) === undefined),
  );
  if (lacking.length > 0) {
    const started = await startServices(
      lacking.map(({ service }) => service),
      context,
    );
    if (!started.ok) return started;
  }
  const locked = await lockProject(located.places, 'dev data', world, progress);
  if (!locked.ok) return locked;
  try {
    const targets = await chosenTargets(services, located, world, engine);
    return targets.ok ? await work(targets.value) : targets;
  } finally {
    await locked.value.release();
  }
}
