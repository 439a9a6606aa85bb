import { makeMountPoints } from '../../engine/install-dependencies.ts';
import { explainRefusal } from '../../engine/refusals.ts';
import { runPlan, type StepResult } from '../../engine/run-plan.ts';
import type { Schedulable } from '../../engine/schedule.ts';
import { byUrgency } from '../../engine/urgency.ts';
import { sourcePlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import { isMapping, mappingAt } from '../../model/plain.ts';
import type { Failure, SourcePlace } from '../../events/failure.ts';
import type { Progress, TimedStep } from '../../events/progress.ts';
import { actionText, failedText, serviceOf, subjectOf, type Step } from '../../plan/step.ts';
import { laneOf, lanesFor, usualMsOf } from '../../plan/usual-times.ts';
import { contentVariables } from '../../generate/content-variables.ts';
import type { ComposeTarget } from '../../ports/compose-cli.ts';
import type { World } from '../../ports/world.ts';
import { fail, type Result } from '../../util/result.ts';
import { attachedModules } from '../project/attached-modules.ts';
import { orchestratorOf } from '../project/orchestrator.ts';
import { createActions } from './actions.ts';
import type { Work } from './make-plan.ts';
import type { Prepared } from './prepare.ts';
import { keepStepTimes, readStepTimes } from './step-times.ts';

export interface ApplyOptions {
  readonly yes: boolean;
  /** For one service to become ready. */
  readonly timeoutMs: number;
}

export function composeTarget({ opened, environment }: Prepared): ComposeTarget {
  return {
    file: opened.places.composeFile,
    project: opened.instance,
    environment: contentVariables(environment.forContents),
  };
}

/** Those whose files are the person's. */
function mountedModules(opened: Prepared['opened'], { files }: World): ReadonlySet<string> {
  const { baked, project, person } = opened;
  // Root has a name everywhere.
  if (person.uid === 0) return attachedModules(opened, files);
  return new Set(baked === undefined ? project.modules.map(({ name }) => name) : []);
}

/** Carries out a plan, exactly: what is ready is done, as much at once as the machine bears. */
export async function applyPlan(
  work: Work,
  options: ApplyOptions,
  world: World,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const { plan, prepared } = work;
  const { signal } = progress;
  const { root } = prepared.opened.project;
  const points = makeMountPoints(prepared.installs.values(), { files: world.files, root });
  if (!points.ok) return fail([points.failure]);
  const target = composeTarget(prepared);
  const rollout = await orchestratorOf(world).begin(
    {
      ...{ target, awaited: work.awaited, links: work.links, timeoutMs: options.timeoutMs },
      asPerson: {
        services: mountedModules(prepared.opened, world),
        account: prepared.opened.person,
      },
    },
    progress,
  );
  const perform = createActions(work, { target, rollout, yes: options.yes }, world, progress);
  const times: TimedStep[] = [];
  const timed = async (step: Step, doing: Promise<StepResult>): Promise<StepResult> => {
    const startedAtMs = world.clock.now();
    const result = await doing;
    const time = timeOf(step, startedAtMs, world.clock.now());
    progress.timed?.(time);
    if (result.ok) times.push(time);
    return result;
  };
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const told = new Set<string>();
  try {
    return await runPlan({
      steps: urgent(work, world),
      capacity: {
        cores: world.host.cores,
        lanes: lanesFor(prepared.opened.settings.checks.parallel),
      },
      perform: (steps) =>
        new Map(steps.map((step) => [step, timed(step, explained(step, perform(step), prepared))])),
      onCancelled: (step, because) => {
        const service = serviceOf(step);
        const cause = byId.get(because);
        if (service === undefined || cause === undefined || told.has(service)) return;
        told.add(service);
        // Its own failure is told already.
        if (serviceOf(cause) !== service) rollout.cancel(service, failedText(cause.action));
      },
      signal,
    });
  } finally {
    await rollout.close();
    keepStepTimes(prepared.opened.project.name, times, world);
  }
}

/** The steps in the order in which they should begin, each with its lane. */
function urgent(
  { plan, prepared }: Work,
  world: World,
): readonly (Step & Pick<Schedulable, 'lane'>)[] {
  const known = readStepTimes(prepared.opened.project.name, world);
  const steps = plan.steps.map((step) => ({ ...step, lane: laneOf(step.action) }));
  return byUrgency(steps, ({ id, action }) => known.get(id) ?? usualMsOf(action));
}

function timeOf(
  { id, action, needs, after }: Step,
  startedAtMs: number,
  endedAtMs: number,
): TimedStep {
  const behind = [...needs, ...after];
  return {
    ...{ id, label: actionText(action), startedAtMs, endedAtMs },
    behind: behind.length === 0 ? ['phase:plan'] : behind,
  };
}

/** What a step came to; a refusal of the engine in words of the definition. */
async function explained(
  step: Step,
  work: Promise<Result<void, Failure>>,
  { merged, document, opened }: Pick<Prepared, 'merged' | 'document' | 'opened'>,
): Promise<StepResult> {
  const result = await work;
  if (result.ok) return result;
  const failure = {
    ...result.failure,
    about: { ...subjectOf(step.action), ...result.failure.about },
  };
  const service = serviceOf(step);
  if (service === undefined) return fail([failure]);
  const placeOf = (key: string): SourcePlace | undefined => {
    const path = key === '' ? [] : key.split('.');
    const node = nodeAt(merged.root, ['services', service, ...path]);
    const place = node === undefined ? undefined : sourcePlace(node.at);
    // What the catalogue says was right for its own image.
    return /^(?:onestack\/)?compose\/services\//.test(place?.file ?? '') ? undefined : place;
  };
  const placeOfNetwork = (name: string): SourcePlace | undefined => {
    const key = name.slice(`${opened.instance}_`.length);
    const networks = Object.entries(mappingAt(document, 'networks'));
    const named = networks.find(([, one]) => isMapping(one) && one['name'] === name)?.[0];
    const node = nodeAt(merged.root, ['networks', named ?? key]);
    return node === undefined ? undefined : sourcePlace(node.at);
  };
  return fail([explainRefusal(failure, service, placeOf, placeOfNetwork)]);
}
