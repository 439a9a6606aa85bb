import { buildBaseImage } from '../../engine/build-images.ts';
import { installDependencies } from '../../engine/install-dependencies.ts';
import { volumeLabels } from '../../engine/run-install.ts';
import { seedCaches } from '../../engine/seed-caches.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { DEPENDENCIES_KIND, DEPENDENCY_LABELS } from '../../generate/module-install.ts';
import { cacheEnvironment } from '../../generate/cache-environment.ts';
import { trustOf } from '../../generate/trust.ts';
import { servicesNeeding, type Action, type Step } from '../../plan/step.ts';
import { PIPELINE_ID, serviceImageId } from '../../plan/step-ids.ts';
import type { HookDefinition } from '../../model/hook.ts';
import { rememberDone } from '../hooks/pending.ts';
import type { ComposeTarget } from '../../ports/compose-cli.ts';
import type { Rollout } from '../../ports/orchestrator.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { unreachable } from '../../util/unreachable.ts';
import { checkWays } from '../build/check-ways.ts';
import { compileModule } from '../build/compile-module.ts';
import { buildRequest } from '../images/build.ts';
import { leadsAsBefore } from '../project/mount-leads.ts';
import { guardedPlaces } from '../project/guarded-places.ts';
import { ensureRootImage } from '../machine/ensure-root-image.ts';
import type { Work } from './make-plan.ts';
import { sharedPlaces } from '../project/shared-places.ts';
import { rootFailure } from './version-roots.ts';
import { bringImages } from './service-images.ts';

type Outcome = Promise<Result<void, Failure>>;

interface ActionContext {
  readonly target: ComposeTarget;
  readonly rollout: Rollout;
  readonly yes: boolean;
}

/** The table of what is done for each kind of step. Each resolves; none decides anything. */
export function createActions(
  work: Work,
  { target, rollout, yes }: ActionContext,
  world: World,
  progress: Progress,
): (step: Step) => Outcome {
  const images = imageActions(work, yes, world, progress);
  const modules = moduleActions(work, target, world, progress);
  const hooks = hookAction(work, yes, world, progress);
  const { opened, document, environment } = work.prepared;
  const { root } = opened.project;
  const mounts = { document, leads: environment.mountLeads, root };
  const unlessSwapped = (service: string, act: () => Outcome): Outcome => {
    const same = leadsAsBefore(service, mounts, world.files);
    if (same.ok) return act();
    rollout.cancel(service, same.failure.what);
    return Promise.resolve(same);
  };
  const perform = (action: Action): Outcome => {
    switch (action.kind) {
      case 'engine':
        throw new Error('the engine is brought before what it has is planned for');
      case 'root-image':
        return images.bringRoot(action.reference);
      case 'build-image':
        return images.build(action.image);
      case 'bring-image':
        return images.bringServiceImage(action);
      case 'pipeline':
        return images.runPipeline();
      case 'create-volume':
        return modules.createVolume(action.volume);
      case 'seed-caches':
        return modules.seedCaches(action);
      case 'install':
        return modules.install(action.module);
      case 'compile':
        return modules.compile(action.module);
      case 'recreate-network':
      case 'remove':
      case 'reset-data':
        return rollout.submit(action);
      case 'create':
      case 'recreate':
      case 'scale':
      case 'start':
        return unlessSwapped(action.service, () => rollout.submit(action));
      case 'await':
        return rollout.follow(action.service);
      case 'hook':
        return hooks(action);
      default:
        return unreachable(action);
    }
  };
  return ({ action }) => perform(action);
}

/** What a step names, in the list that it is from. */
function found<T>(list: readonly T[], isIt: (one: T) => boolean, name: string): T {
  const one = list.find(isIt);
  if (one === undefined) throw new Error(`the plan names ${name}, which is not planned`);
  return one;
}

function hookAction({ prepared }: Work, yes: boolean, world: World, progress: Progress) {
  const { project, instance, places, context } = prepared.opened;
  const located = { root: project.root, instance, places, context };
  const libraries = project.modules.flatMap(({ name, run }) => (run === undefined ? [name] : []));
  return async ({ event, number, text }: Action & { readonly kind: 'hook' }): Outcome => {
    const isIt = (hook: HookDefinition): boolean => hook.event === event && hook.number === number;
    const hook = found(project.hooks, isIt, text);
    const { performHook } = await import('../hooks/perform.ts');
    const ran = await performHook(hook, { located, libraries, yes }, world, progress);
    if (!ran.ok || event !== 'after-reset') return ran;
    return rememberDone(hook, project.hooks, places, world, progress.report);
  };
}

function imageActions(work: Work, yes: boolean, world: World, progress: Progress) {
  const { hierarchy, opened } = work.prepared;
  const { places, cacheScope } = opened;
  /** What is not done for lack of an image, said with its failure. */
  const lacking = (id: string, failure: Failure, own: readonly string[]): Failure => {
    const others = servicesNeeding(id, work.plan).filter((name) => !own.includes(name));
    if (others.length === 0 || failure.reason === 'interrupted') return failure;
    const left = `without it, nothing was done about ${others.join(', ')}`;
    return { ...failure, detail: [...(failure.detail ?? []), left] };
  };
  return {
    bringServiceImage: async (action: Action & { readonly kind: 'bring-image' }): Outcome => {
      const { reference, service } = action;
      if (action.how === 'forbidden') return fail(forbidden(action));
      const image = found(work.images.images, (one) => one.reference === reference, reference);
      const options = { yes, ...progress };
      const missing = await bringImages([image], work.images, work.prepared, world, options);
      const [failure] = missing.ok ? missing.value.values() : missing.failure;
      if (failure === undefined) return ok(undefined);
      return fail(lacking(serviceImageId(reference), failure, [...image.services, service]));
    },
    /** All but gates and trials: what does not pass its checks runs nowhere. */
    runPipeline: async (): Outcome => {
      const { runPipeline } = await import('../release/run-pipeline.ts');
      const { root } = opened.project;
      const ran = await runPipeline({ root, plan: false, yes }, world, progress);
      if (ran.ok) return ok(undefined);
      const [failure, ...others] = ran.failure;
      if (failure === undefined) throw new Error('the pipeline failed without a failure');
      const told = others.flatMap(({ what, detail = [] }) => ['', what, ...detail]);
      const whole = { ...failure, detail: [...(failure.detail ?? []), ...told] };
      return fail(lacking(PIPELINE_ID, whole, []));
    },
    bringRoot: async (reference: string): Outcome => {
      const brought = await ensureRootImage(world, reference, { yes, ...progress });
      if (brought.ok) return ok(undefined);
      return fail(rootFailure(brought.failure, reference, work.builds));
    },
    build: async (name: string): Outcome => {
      const build = found(work.builds, ({ image }) => image.name === name, name);
      return buildBaseImage(
        build,
        await buildRequest({ hierarchy, places, cacheScope }, world, progress),
      );
    },
  };
}

function forbidden({ service, reference }: Action & { readonly kind: 'bring-image' }): Failure {
  return {
    reason: 'image',
    what: `${service}: the image ${reference} is not here, and pull_policy: never forbids to pull it`,
    cure: `Bring it (docker load, docker pull ${reference}), or take pull_policy away.`,
  };
}

function moduleActions(work: Work, target: ComposeTarget, world: World, progress: Progress) {
  const { opened, hierarchy } = work.prepared;
  const { root } = opened.project;
  const { uid, gid } = opened.person;
  const { environment } = world.host;
  return {
    createVolume: async (name: string): Outcome => {
      const owner = work.installs.find(({ install }) =>
        install.mounts.some(({ volume }) => volume === name),
      );
      const labels =
        owner === undefined
          ? {
              [DEPENDENCY_LABELS.kind]: DEPENDENCIES_KIND,
              [DEPENDENCY_LABELS.project]: opened.instance,
            }
          : volumeLabels(opened.instance, owner.install);
      return (await world.engine()).createVolume(name, labels);
    },
    seedCaches: ({ image: name, volume }: Action & { readonly kind: 'seed-caches' }): Outcome => {
      const image = hierarchy.get(name);
      if (image === undefined) throw new Error(`the plan names ${name}, which is no base image`);
      const { processes, clock } = world;
      return seedCaches({ image, volume, uid, gid, processes, clock, ...progress });
    },
    install: async (name: string): Outcome => {
      const run = found(work.installs, ({ install }) => install.module.name === name, name);
      return installDependencies(run, {
        project: opened.instance,
        ...{ root, uid, gid, environment },
        guarded: guardedPlaces(opened, world.files),
        trust: trustOf(opened.places, hierarchy),
        environmentOf: (image) => cacheEnvironment(image, hierarchy),
        places: sharedPlaces(opened.places),
        engine: await world.engine(),
        processes: world.processes,
        files: world.files,
        clock: world.clock,
        ...progress,
      });
    },
    compile: async (name: string): Outcome => {
      const run = found(work.compiles, ({ module }) => module.name === name, name);
      return compileModule(
        run,
        { root, target, stateFile: opened.places.compiled },
        {
          compose: await world.compose(),
          files: world.files,
          clock: world.clock,
          way: checkWays(root, world),
          // That a log is not to be written is no reason not to compile.
          logs: async () =>
            (await world.live()).checkLogs(opened.places.checkLogs, () => undefined),
          ...progress,
        },
      );
    },
  };
}
