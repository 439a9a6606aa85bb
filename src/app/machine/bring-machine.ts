import { runPlan, type StepResult } from '../../engine/run-plan.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress, TimedStep } from '../../events/progress.ts';
import { gatherFacts } from '../../host/gather.ts';
import { debootstrapSteps, suiteOf } from '../../host/root-image.ts';
import { runSteps } from '../../host/run-steps.ts';
import { actionText, type Plan, type Step } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { PROXY_VARIABLES } from '../../util/proxy-variables.ts';
import { ensureEngine, type EnsureEngineWorld } from './ensure-engine.ts';
import { aloneAtRoots } from './ensure-root-image.ts';
import { importArchive, packArchive, type RootArchive } from './root-archive.ts';

type MachineWorld = EnsureEngineWorld & Pick<World, 'registry' | 'locks'>;

interface MachineOptions extends Progress {
  readonly yes: boolean;
}

const REGISTRY = 'registry-1.docker.io';
/** The engine is on its way meanwhile: it asks for longer, by itself, once it is there. */
const REGISTRY_MS = 10_000;

/**
 * Carries out what a plan begins with where no engine answers: the engine is brought, and meanwhile the
 * root images are made that no registry gives. All else of the plan depends on what the engine has.
 */
export async function bringMachine(
  plan: Plan,
  world: MachineWorld,
  options: MachineOptions,
): Promise<Result<void, readonly Failure[]>> {
  const steps = plan.steps.filter(
    ({ action: { kind } }) => kind === 'engine' || kind === 'root-image',
  );
  const archives = await archivesFor(steps, world, options);
  let engine: Promise<StepResult> | undefined;
  const broughtEngine = (): Promise<StepResult> =>
    (engine ??= ensureEngine(world, options).then((ready) =>
      ready.ok ? ok(undefined) : fail([ready.failure]),
    ));
  const perform = (step: Step): Promise<StepResult> => {
    const archive = archives.get(step.id);
    if (step.action.kind === 'engine') return broughtEngine();
    // The engine is asked for it, with everything else.
    if (archive === undefined) return Promise.resolve(ok(undefined));
    return bringRoot(archive, broughtEngine, world, options);
  };
  return runPlan({
    steps,
    capacity: { cores: world.host.cores },
    perform: (ready) =>
      new Map(ready.map((step) => [step, timed(step, perform(step), world, options)])),
    onCancelled: () => undefined,
    signal: options.signal,
  });
}

async function timed(
  step: Step,
  doing: Promise<StepResult>,
  { clock }: Pick<World, 'clock'>,
  { timed: tell }: Progress,
): Promise<StepResult> {
  const startedAtMs = clock.now();
  const result = await doing;
  const time: TimedStep = {
    ...{ id: step.id, label: actionText(step.action), behind: [] },
    ...{ startedAtMs, endedAtMs: clock.now() },
  };
  tell?.(time);
  return result;
}

/** By step, the root images that are to be made here while the engine is brought. */
async function archivesFor(
  steps: readonly Step[],
  world: MachineWorld,
  options: MachineOptions,
): Promise<ReadonlyMap<string, RootArchive>> {
  const archives = new Map<string, RootArchive>();
  const facts = await gatherFacts(world);
  const { programs, apt, privilege } = facts;
  // One that only does not run may have all images. Two questions at once are not to be asked either.
  const isFresh = programs.dockerd === undefined && apt !== undefined;
  const mayAct = options.yes && (privilege === 'root' || privilege === 'sudo');
  if (!isFresh || !mayAct) return archives;
  for (const { id, action } of steps) {
    if (action.kind !== 'root-image') continue;
    const { reference } = action;
    const suite = suiteOf(reference);
    const refusal = suite === undefined ? undefined : await refusalOf(reference, world);
    if (suite === undefined || refusal === undefined) continue;
    archives.set(id, { reference, suite, refusal, facts });
  }
  if (archives.size === 0) return archives;
  // Before the engine's packages, which keep apt for themselves for long.
  const installed = await runSteps(world, debootstrapSteps(facts), { ...options, privilege });
  if (!installed.ok) return new Map();
  const now = await gatherFacts(world);
  return new Map([...archives].map(([id, archive]) => [id, { ...archive, facts: now }]));
}

/** Why Docker's registry does not give an image; undefined where it does, or the engine has to say. */
async function refusalOf(reference: string, world: MachineWorld): Promise<string | undefined> {
  // What reaches the registry by a proxy is the engine's to know.
  if (PROXY_VARIABLES.some((name) => (world.host.environment[name] ?? '') !== '')) return undefined;
  const [name = '', tag = ''] = reference.split('/').at(-1)?.split(':') ?? [];
  const registry = await world.registry(REGISTRY);
  const over = new AbortController();
  const silent = world.clock.sleep(REGISTRY_MS, over.signal).then(
    () => `no answer within ${String(REGISTRY_MS / 1000)} s`,
    () => undefined,
  );
  const answer = registry.manifest(`library/${name}`, tag).then((found) => {
    if (!found.ok) return found.failure.why ?? found.failure.what;
    return found.value === undefined ? 'there is no such image' : undefined;
  });
  const refusal = await Promise.race([answer, silent]);
  over.abort();
  return refusal;
}

/** Makes the image's file system while the engine is brought, which then takes it in. */
function bringRoot(
  archive: RootArchive,
  engine: () => Promise<StepResult>,
  world: MachineWorld,
  options: MachineOptions,
): Promise<StepResult> {
  return aloneAtRoots(archive.reference, world, options, async () => {
    const packed = await packArchive(archive, world, options);
    const ready = await engine();
    // What could not be made ahead is asked of the engine, as everywhere; that it cannot be brought is told.
    if (!packed.ok || !ready.ok) return ok(undefined);
    return importArchive(archive, world, options);
  }).then((result) => (result.ok ? result : fail([result.failure])));
}
