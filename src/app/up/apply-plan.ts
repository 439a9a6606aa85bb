import { join } from 'node:path';
import { execute } from '../../engine/execute.ts';
import type { AwaitedService } from '../../engine/service-progress.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { installDependencies, makeMountPoints } from '../../engine/install-dependencies.ts';
import {
  cacheVolume,
  DEPENDENCIES_KIND,
  DEPENDENCY_LABELS,
  type InstallRun,
} from '../../generate/dependencies.ts';
import { trustOf } from '../../generate/trust.ts';
import type { ImageBuild } from '../../images/plan.ts';
import type { Module } from '../../model/module.ts';
import type { Plan } from '../../plan/operation.ts';
import type { ComposeTarget } from '../../ports/compose-cli.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { compileModules } from '../build/compile-modules.ts';
import { compiledFile } from '../build/compiled-state.ts';
import { runBuilds } from '../images/build.ts';
import type { Prepared } from './prepare.ts';
import { bringImages, type NeededImages } from './service-images.ts';
import { withoutImages } from './without-images.ts';

export interface ApplyRequest {
  readonly prepared: Prepared;
  readonly plan: Plan;
  readonly builds: readonly ImageBuild[];
  readonly images: NeededImages;
  readonly installs: readonly InstallRun[];
  readonly awaited: readonly AwaitedService[];
  readonly request: { readonly yes: boolean };
  readonly timeoutMs: number;
}

interface Progress {
  readonly report: Report;
  readonly signal: AbortSignal;
}

export function composeTarget({ opened, environment }: Prepared): ComposeTarget {
  return {
    file: join(opened.devDirectory, 'compose.yaml'),
    project: opened.instance,
    environment: environment.forContents,
  };
}

/** Modules whose containers the plan starts, with everything that they use. */
function startedModules({ plan, prepared }: ApplyRequest): readonly Module[] {
  const { modules } = prepared.opened.project;
  const byName = new Map(modules.map((module) => [module.name, module]));
  const needed = new Set<Module>();
  const visit = (name: string): void => {
    const module = byName.get(name);
    if (module === undefined || needed.has(module)) return;
    needed.add(module);
    module.uses.forEach(visit);
  };
  for (const { operation } of plan.operations) {
    if (operation.kind !== 'remove') visit(operation.service);
  }
  return modules.filter((module) => needed.has(module));
}

async function installAll(
  request: ApplyRequest,
  engine: Engine,
  world: World,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const { opened, hierarchy, installs } = request.prepared;
  const { root } = opened.project;
  const points = makeMountPoints(installs.values(), { files: world.files, root });
  if (!points.ok) return fail([points.failure]);
  const { uid, gid, environment, cores } = world.host;
  // Every module's container mounts it, whether anything is installed or not.
  const kind = { [DEPENDENCY_LABELS.kind]: DEPENDENCIES_KIND };
  const caches = await engine.createVolume(cacheVolume(uid), kind);
  if (!caches.ok) return fail([caches.failure]);
  return installDependencies(request.installs, {
    project: opened.instance,
    root,
    uid,
    gid,
    environment,
    trust: trustOf(opened.devDirectory, hierarchy),
    engine,
    processes: world.processes,
    files: world.files,
    clock: world.clock,
    parallel: cores,
    ...progress,
  });
}

/** Images, dependencies, compilation, containers, in this order; then waits until all is healthy. */
export async function applyPlan(
  asked: ApplyRequest,
  world: World,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const { prepared } = asked;
  const { opened } = prepared;
  const { yes } = asked.request;
  const { hierarchy } = prepared;
  const { devDirectory } = opened;
  const surroundings = { hierarchy, devDirectory, yes };
  const built = await runBuilds(asked.builds, surroundings, world, progress);
  if (!built.ok) return built;
  const { images } = asked;
  const missing = await bringImages(images.images, images, prepared, world, { yes, ...progress });
  if (!missing.ok) return missing;
  const without = withoutImages(asked, missing.value);
  const { request } = without;
  const { plan } = request;
  const [engine, compose] = await Promise.all([world.engine(), world.compose()]);
  const target = composeTarget(prepared);
  const installed = await installAll(request, engine, world, progress);
  if (!installed.ok) return installed;
  const compiled = await compileModules(
    {
      root: opened.project.root,
      target,
      modules: startedModules(request),
      stateFile: compiledFile(devDirectory),
      parallel: opened.settings.checks.parallel,
    },
    {
      compose,
      files: world.files,
      clock: world.clock,
      // That a log is not to be written is no reason not to compile.
      logs: async () => (await world.live()).checkLogs(opened.project.root, () => undefined),
      ...progress,
    },
  );
  const executed = await execute(
    { plan, target, awaited: request.awaited, timeoutMs: request.timeoutMs },
    { engine, compose, clock: world.clock, ...progress },
  );
  const failures = [
    ...without.failures,
    ...[compiled, executed].flatMap((result) => (result.ok ? [] : result.failure)),
  ];
  return failures.length > 0 ? fail(failures) : ok(undefined);
}
