import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { World } from '../ports/world.ts';
import { SMOKE_STEP } from '../release/pipeline-last.ts';
import type { TriedImage } from '../release/pipeline-plan.ts';
import { committedPaths } from '../release/sources.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { runProbes } from './probe.ts';
import { locateInstance, type Located } from './project/locate.ts';
import { layExamples } from './release/lay-examples.ts';
import { inNoCommit } from './release/in-no-commit.ts';
import { exportFolder, logPath } from './release/run.ts';
import { keepLogs, type TriedContainer } from './release/trial-logs.ts';
import { trialName, type Trials, type TrialSetting } from './release/trials.ts';
import { openTools } from './tools/open.ts';
import { withServices } from './needs.ts';
import { endTrial, TRIAL_CONTEXT, reportWithin } from './smoke/end-trial.ts';
import { killModules, untilWell } from './smoke/kill.ts';
import { smokeLimit } from './smoke/limit.ts';
import type { Trying } from './smoke/trying.ts';
import { up } from './up.ts';

/** Everything up and healthy, from whatever there is. */
async function broughtUp({
  setting,
  trial,
  world,
  progress,
}: Trying): Promise<Result<void, readonly Failure[]>> {
  const { yes } = setting;
  const brought = await up(
    {
      ...{ project: exportFolder(setting), context: TRIAL_CONTEXT, yes, trial, profiles: [] },
      ...{ services: [], recreate: 'none', resetData: 'none', askedBy: 'person', dryRun: false },
    },
    world,
    progress,
  );
  if (!brought.ok) return brought;
  const { failures } = brought.value;
  return failures.length > 0 ? fail(failures) : ok(undefined);
}

async function probed({ setting, world, progress }: Trying, located: Located) {
  if (setting.project.probes.length === 0) return ok(undefined);
  const context = openTools(located, world, { ...progress, yes: setting.yes });
  const asked = { name: undefined, stage: undefined, derived: false };
  const say = (detail: string): void =>
    progress.report({ kind: 'step-started', id: 'probe', label: detail });
  const reports = await runProbes(asked, context, {
    onProbe: ({ name }) => say(`probe ${name}`),
    onStep: () => undefined,
    onReport: () => undefined,
  });
  if (!reports.ok) return reports;
  const failed = reports.value.flatMap((report): readonly Failure[] => {
    if (report.ok) return [];
    const step = report.steps.find(({ stage }) => stage === report.failedStage);
    return [
      {
        reason: 'probe',
        what: `the probe ${report.name} fails${report.failedStage === undefined ? '' : ` at ${report.failedStage}`}`,
        ...(step?.verdict.failure !== undefined && { why: step.verdict.failure.message }),
        detail: report.evidence?.lastLines ?? [],
      },
    ];
  });
  return failed.length > 0 ? fail(failed) : ok(undefined);
}

/** Up, asked; killed in the middle, up again, asked again. */
async function course(trying: Trying): Promise<Result<string, readonly Failure[]>> {
  const { setting, world, progress } = trying;
  const started = await broughtUp(trying);
  if (!started.ok) return started;
  const request = { project: exportFolder(setting), context: TRIAL_CONTEXT } as const;
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return fail([located.failure]);
  const asked = await probed(trying, located.value);
  if (!asked.ok) return asked;
  const probes = setting.project.probes.map(({ name }) => name).join(', ') || 'none';
  const said = `all services are healthy; probes: ${probes}\n`;
  if (!setting.definition.kill) return ok(said);
  const killed = await killModules(trying, located.value);
  if (!killed.ok) return fail([killed.failure]);
  const names = killed.value.join(', ');
  const recovered = await broughtUp(trying);
  if (!recovered.ok) {
    const failures = recovered.failure.map((one) => ({
      ...one,
      what: `after ${names} had been killed: ${one.what}`,
    }));
    return fail(failures);
  }
  const well = await untilWell(trying, located.value, killed.value);
  if (!well.ok) return fail([well.failure]);
  const again = await probed(trying, located.value);
  return again.ok ? ok(`${said}killed: ${names || 'none'}; all are healthy again\n`) : again;
}

/** One failure for all of it; all logs are on disk. */
function smokeFailure(
  failures: readonly Failure[],
  { definition, ...setting }: TrialSetting,
  containers: readonly TriedContainer[] | undefined,
): Failure {
  const [first, ...others] = failures;
  if (first === undefined) throw new Error('a failure without a failure');
  const cure = `All logs: ${logPath(setting, 'smoke-*')}`;
  if (containers !== undefined) {
    const what = `the smoke test did not end within ${String(definition.timeoutMs / 1000)} s`;
    const ill = containers.filter(({ isWell }) => !isWell);
    const names = ill.map(({ service }) => service).join(', ');
    const why = names === '' ? 'it was ended' : `not well by then: ${names}`;
    return { reason: 'service', what, why, cure, detail: ill.flatMap(({ shown }) => shown) };
  }
  // What a person has to agree to, or to mend in the definition, is said as it is.
  if (['interrupted', 'usage', 'definition', 'no-engine'].includes(first.reason)) return first;
  const detail = [
    ...(first.detail ?? []),
    ...others.flatMap(({ what, why = '', detail: more = [] }) => ['', `${what}: ${why}`, ...more]),
  ];
  return { ...first, what: `smoke: ${first.what}`, cure, detail };
}

/**
 * Runs the images of a commit together, with the services that they need, by the commit's own
 * definition, in networks that lead nowhere and on volumes of their own: all become healthy, probes pass,
 * and what is killed in the middle comes back. Nothing of it stays but its logs.
 * @returns what was seen, as text.
 */
async function tryImages(
  images: readonly TriedImage[],
  setting: TrialSetting,
  world: World,
  { report, signal }: Progress,
): Promise<Result<string, Failure>> {
  const { definition, id, root, sources } = setting;
  const laid = layExamples(sources, exportFolder(setting), world, report);
  if (!laid.ok) return laid;
  const limit = smokeLimit(definition.timeoutMs, world.clock);
  const baked = new Map(images.map(({ module, current }) => [module, current]));
  const trial = {
    name: trialName(id),
    baked: { commit: sources.commit, images: baked, committed: committedPaths(sources) },
    trustedAs: root,
  };
  const within = reportWithin(report, SMOKE_STEP);
  const progress: Progress = {
    report: (event) => {
      limit.observe(event);
      within(event);
    },
    signal: AbortSignal.any([signal, limit.signal]),
  };
  const trying: Trying = { setting, trial, world, progress };
  const outcome = await course(trying);
  await limit.end();
  const logged = await keepLogs(
    `${trial.name}-${TRIAL_CONTEXT}`,
    join(setting.folder, 'logs'),
    world,
  );
  const left = await endTrial(exportFolder(setting), world, progress.report);
  const isOver = limit.signal.aborted && !signal.aborted;
  if (!outcome.ok) {
    const seen = logged.ok ? logged.value : [];
    const failures = outcome.failure.map((one) => inNoCommit(one, sources, exportFolder(setting)));
    return fail(smokeFailure(failures, setting, isOver ? seen : undefined));
  }
  if (!logged.ok) return logged;
  const [failure] = left;
  return failure === undefined ? outcome : fail(failure);
}

/** Tries images by bringing all of them up, checks among what they need. */
export const TRIALS: Trials = { tryImages, withServices, end: endTrial };
