import { withoutEchoes } from '../../engine/refusals.ts';
import type { Failure, FailureReason } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { planChanges } from '../../plan/plan-changes.ts';
import { stepText, type Plan } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { writePending } from '../hooks/pending.ts';
import type { ApplyOptions } from './apply-plan.ts';
import { rememberServices } from './applied-services.ts';
import { endedSince } from './ended-since.ts';
import { hasPlugins } from '../machine/has-plugins.ts';
import type { EngineReady } from '../machine/ensure-engine.ts';
import { inSources } from './in-sources.ts';
import { keptProxies } from './kept-proxies.ts';
import { rememberApplied } from './last-applied.ts';
import type { Work, WorkSituation } from './make-plan.ts';
import type { Observed } from './observe.ts';
import { outlivedData } from './outlived-data.ts';
import { plannedWork } from './planned-work.ts';
import { writePrepared, type Prepared } from './prepare.ts';
import { saveData } from './save-data.ts';
import { tellOnce } from './tell-once.ts';
import { changesSince } from './world-check.ts';
import { rememberUnnamed } from '../project/unnamed-volumes.ts';

/** What `dev up` came to. */
export interface UpOutcome {
  /** When the definition was read, epoch milliseconds: what is edited later is not in it. */
  readonly readAtMs: number;
  readonly prepared: Prepared;
  /** What was done; with `dryRun`, what would be. */
  readonly plan: Plan;
  /** What of the plan failed; all else was done. */
  readonly failures: readonly Failure[];
  /** With `dryRun`: what the plan was made of. */
  readonly observed?: Observed;
  /** With `dryRun`: the addresses by name that it would be reached at, where they are not there yet. */
  readonly addresses?: readonly string[];
}

/** How long a service may take to become ready before it is said to have failed. */
const READY_TIMEOUT_MS = 600_000;

/** A plan that met these did not come to its end. */
const NOT_CARRIED_OUT: readonly FailureReason[] = [
  'interrupted',
  'no-engine',
  'port-taken',
  'world-changed',
];

/** A plan is carried out in the world that it was made for, or not at all. */
async function refuseOtherWorld(work: Work, world: World): Promise<readonly Failure[]> {
  const changes = await changesSince(work, world);
  if (!changes.ok) return [changes.failure];
  if (changes.value.length === 0) return [];
  return [
    {
      reason: 'world-changed',
      what: 'what runs has changed since the plan was made',
      why: 'somebody else, or a program, is at work on the same containers',
      cure: 'dev up',
      detail: changes.value,
    },
  ];
}

/** What somebody agreed to is carried out, or nothing. */
function refuseOtherPlan(agreed: Plan | undefined, plan: Plan): readonly Failure[] {
  const changes = agreed === undefined ? [] : planChanges(agreed, plan);
  if (changes.length === 0) return [];
  return [
    {
      reason: 'world-changed',
      what: 'the plan that was agreed to is not what is to be done any more',
      why: 'what runs, or the definition, has changed since it was shown',
      cure: 'Look at the new plan, and agree to that.',
      detail: changes,
    },
  ];
}

/** Failures that a missing or broken program of Docker's may be behind. */
const OF_PROGRAMS: readonly FailureReason[] = ['no-engine', 'image'];

/**
 * An engine may answer where Compose or buildx are missing; they are brought when they are needed. To ask
 * them takes as long as a small build, so where they lie in their places that comes after a failure.
 */
async function applyEquipped(
  work: Work,
  options: ApplyOptions,
  world: World,
  progress: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const equip = async (): Promise<Result<EngineReady, Failure>> => {
    const { ensureEngine } = await import('../machine/ensure-engine.ts');
    return ensureEngine(world, { ...options, ...progress });
  };
  const { applyPlan } = await import('./apply-plan.ts');
  const builds = work.builds.length + work.images.images.length > 0;
  const before = builds && !hasPlugins(world) ? await equip() : ok(undefined);
  if (!before.ok) return fail([before.failure]);
  const applied = await applyPlan(work, options, world, progress);
  if (applied.ok || !applied.failure.some(({ reason }) => OF_PROGRAMS.includes(reason))) {
    return applied;
  }
  const after = await equip();
  if (!after.ok) return fail([after.failure]);
  const isMended =
    after.value.installed.length > 0 ||
    applied.failure.some(({ reason }) => reason === 'no-engine');
  return isMended ? applyPlan(work, options, world, progress) : applied;
}

/** Plans, and carries exactly that out. */
export async function planAndApply(
  situation: WorkSituation & {
    /** When the definition was read, epoch milliseconds. */
    readonly readAtMs: number;
  },
  prepared: Prepared,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const { request } = situation;
  const { opened } = prepared;
  const planned = await plannedWork(situation, prepared, world, progress.report);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  const outcome: UpOutcome = { readAtMs: situation.readAtMs, prepared, plan, failures: [] };
  if (request.dryRun) return ok(outcome);
  const refused = refuseOtherPlan(request.agreed, plan);
  if (refused.length > 0) return fail(refused);
  const other = plan.steps.length === 0 ? [] : await refuseOtherWorld(planned.value, world);
  if (other.length > 0) return fail(other);
  const written = writePrepared(prepared, world.files);
  if (!written.ok) return fail([written.failure]);
  const { pending } = planned.value;
  const noted = pending === undefined ? ok(undefined) : writePending(pending, opened.places, world);
  if (!noted.ok) return fail([noted.failure]);
  if (plan.steps.length === 0) return ok(outcome);
  const { tasks } = situation.observed;
  const made = rememberServices(prepared, tasks, opened.places, world.files);
  if (!made.ok) return fail([made.failure]);
  const { volumes } = situation.observed;
  const unnamed = rememberUnnamed(tasks, volumes, opened.places, world.files);
  if (!unnamed.ok) return fail([unnamed.failure]);

  for (const step of plan.steps) {
    const { kind } = step.action;
    // A start without a cause follows from what is made.
    const isTold = kind === 'start' && step.cause !== '';
    if (!isTold && !['recreate-network', 'recreate', 'scale', 'remove'].includes(kind)) continue;
    const text = stepText(step);
    progress.report({ kind: 'note', level: 'info', text });
  }
  for (const text of outlivedData(plan, prepared.document, opened.project.root)) {
    progress.report({ kind: 'note', level: 'warning', text });
  }
  const saved = await saveData(plan, request, prepared, world, progress);
  if (!saved.ok) return fail([saved.failure]);
  const options = { yes: request.yes, timeoutMs: READY_TIMEOUT_MS };
  const applied = await applyEquipped(planned.value, options, world, progress);
  const told = (failures: readonly Failure[]): Promise<readonly Failure[]> =>
    inSources(withoutEchoes(failures), opened.project.root, world.files);
  if (!applied.ok) {
    return applied.failure.some(({ reason }) => NOT_CARRIED_OUT.includes(reason))
      ? applied
      : ok({ ...outcome, failures: await told(applied.failure) });
  }
  const ended = await endedSince(planned.value, world, progress);
  if (ended.length > 0) return ok({ ...outcome, failures: await told(ended) });
  const ranOn = keptProxies(plan, prepared.document);
  tellOnce(ranOn, opened.places, world.files, progress.report);
  const remembered = rememberApplied(prepared.merged, opened.places, world.files);
  return remembered.ok ? ok(outcome) : fail([remembered.failure]);
}
