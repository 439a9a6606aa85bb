import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { diagnose } from '../../host/diagnose.ts';
import type { Finding } from '../../host/finding.ts';
import { livingDaemon, type MachineFacts } from '../../host/facts.ts';
import { gatherFacts } from '../../host/gather.ts';
import { type GatherWorld } from '../../host/gather-system.ts';
import { engineRuns, planRemedy, type Remedy } from '../../host/remedy.ts';
import { runSteps } from '../../host/run-steps.ts';
import { ENGINE_LOG, remedyStepText } from '../../host/steps.ts';
import { waitForDaemon, waitForEngine } from '../../host/wait.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { agreeToSteps } from './agree.ts';

export type EnsureEngineWorld = GatherWorld & Pick<World, 'clock' | 'terminal'>;

export interface EnsureEngineOptions {
  /** Nothing is asked: the person has said yes to everything. */
  readonly yes: boolean;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** An engine that answers, with Compose and buildx. */
export interface EngineReady {
  readonly version: string;
  /** Packages that were installed for it. */
  readonly installed: readonly string[];
  /** The daemon's process when this call started it itself; undefined when systemd did. */
  readonly startedPid?: number;
}

/**
 * Makes sure that an engine answers and that Compose and buildx are there. Installs and starts what
 * is missing: after asking on a terminal, at once with `yes`; otherwise it fails and says exactly
 * what is missing and which commands bring it. Safe to run again after a kill at any moment.
 *
 * Not for the warm path: it looks at the whole machine first (some 200 ms).
 */
export async function ensureEngine(
  world: EnsureEngineWorld,
  options: EnsureEngineOptions,
): Promise<Result<EngineReady, Failure>> {
  const facts = await gatherFacts(world);
  const problems = engineProblems(facts);
  if (facts.engine.answers && problems.length === 0) {
    return ok({ version: facts.engine.version, installed: [] });
  }
  if (!problems.every(({ fixable }) => fixable)) return fail(unmendable(problems));
  const remedy = planRemedy(facts);
  const agreed = await agreeToSteps(world, {
    what: problems.map(({ what }) => what).join('; '),
    purpose: 'To mend that',
    commands: remedyCommands(remedy, facts),
    privilege: facts.privilege,
    yes: options.yes,
    reason: 'no-engine',
  });
  if (!agreed.ok) return agreed;
  return mend(world, facts, remedy, options);
}

/** What would be mended, in words; a failure where it is not this tool's to mend. Changes nothing. */
export async function engineNeeds(world: GatherWorld): Promise<Result<string, Failure>> {
  const problems = engineProblems(await gatherFacts(world));
  if (!problems.every(({ fixable }) => fixable)) return fail(unmendable(problems));
  return ok(problems.map(({ what }) => what).join('; '));
}

function engineProblems(facts: MachineFacts): readonly Finding[] {
  return diagnose(facts).filter(({ level, id }) => level === 'problem' && id !== 'node');
}

/** Every command of a remedy, as a person would type it. */
export function remedyCommands(remedy: Remedy, facts: MachineFacts): readonly string[] {
  return [...remedy.install, ...remedy.start, ...remedy.access].flatMap((step) =>
    remedyStepText(step, facts.privilege),
  );
}

function unmendable(problems: readonly Finding[]): Failure {
  const [first, ...others] = problems.filter(({ fixable }) => !fixable);
  return {
    reason: 'no-engine',
    what: first?.what ?? 'no Docker engine answers',
    ...(first?.why !== undefined && { why: first.why }),
    ...(first?.cure !== undefined && { cure: first.cure }),
    ...(others.length > 0 && { detail: others.map(({ what }) => what) }),
  };
}

async function mend(
  world: EnsureEngineWorld,
  facts: MachineFacts,
  remedy: Remedy,
  options: EnsureEngineOptions,
): Promise<Result<EngineReady, Failure>> {
  const run = { ...options, privilege: facts.privilege };
  const installed = await runSteps(world, remedy.install, run);
  if (!installed.ok) return installed;
  // The package may have started the engine by itself.
  const started = await runSteps(world, remedy.start, run);
  if (!started.ok) return started;
  if (remedy.access.length > 0) {
    const up = await waitForDaemon(world, facts, options);
    if (!up.ok) return up;
    const access = await runSteps(world, remedy.access, run);
    if (!access.ok) return access;
  }
  const version = await waitForEngine(world, facts, options);
  if (!version.ok) return version;
  const after = await gatherFacts(world);
  const left = engineProblems(after);
  if (left.length > 0) return fail(unmendable(left.map((each) => ({ ...each, fixable: false }))));
  const startedHere = !engineRuns(facts) && !facts.systemd;
  const daemon = livingDaemon(after.pidFiles);
  const note = (text: string): void => options.report({ kind: 'note', level: 'info', text });
  if (startedHere) note(`the engine's log is ${ENGINE_LOG}`);
  if (remedy.access.length > 0) {
    note(
      `${facts.user} is in the group docker from the next login on; until then an access list on ` +
        `the engine's socket lets ${facts.user} in`,
    );
  }
  return ok({
    version: version.value,
    installed: remedy.packages,
    ...(startedHere && daemon !== undefined && { startedPid: daemon.pid }),
  });
}
