import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Privilege } from './facts.ts';
import { type RemedyStep, stepArgv, remedyStepText } from './steps.ts';

export type StepWorld = Pick<World, 'host' | 'processes' | 'clock'>;

export interface RunStepsOptions {
  readonly privilege: Privilege;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

const LOCK_PATIENCE_MS = 300_000;
const LOCK_PAUSE_MS = 2_000;
const SHOWN_LINES = 15;

/** Runs steps one after the other, each with progress, until one fails. */
export async function runSteps(
  world: StepWorld,
  steps: readonly RemedyStep[],
  options: RunStepsOptions,
): Promise<Result<void, Failure>> {
  for (const step of steps) {
    const done = await runStep(world, step, options);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

async function runStep(
  world: StepWorld,
  step: RemedyStep,
  options: RunStepsOptions,
): Promise<Result<void, Failure>> {
  const { clock, processes } = world;
  const { privilege, signal } = options;
  const report: Report = step.quiet === true ? () => undefined : options.report;
  const id = `host: ${step.label}`;
  const startedAt = clock.steady();
  const finish = (outcome: 'done' | 'failed'): void =>
    report({
      kind: 'step-finished',
      id,
      label: step.label,
      outcome,
      durationMs: clock.steady() - startedAt,
    });
  report({ kind: 'step-started', id, label: step.label });
  const runOptions = {
    env: { ...administratorEnvironment(world), ...step.environment },
    ...(step.input !== undefined && { input: step.input }),
    ...(signal !== undefined && { signal }),
    onLine: (line: string): void => {
      if (line.trim() !== '') report({ kind: 'step-progress', id, detail: line.trim() });
    },
  };
  for (;;) {
    const { status, stdout, stderr } = await processes.run(stepArgv(step, privilege), runOptions);
    if (status === 0) {
      finish('done');
      return ok(undefined);
    }
    if (signal?.aborted === true) {
      finish('failed');
      return fail({ reason: 'interrupted', what: `interrupted: ${step.label}` });
    }
    const holder = step.usesApt === true ? lockHolder(stderr) : undefined;
    if (holder !== undefined && clock.steady() - startedAt < LOCK_PATIENCE_MS) {
      report({
        kind: 'step-progress',
        id,
        detail: `waiting for ${holder} to let go of apt's lock`,
      });
      await clock.sleep(LOCK_PAUSE_MS, signal);
      continue;
    }
    finish('failed');
    return fail({
      reason: 'host',
      what: `could not ${step.label}`,
      why: `${step.argv[0] ?? ''} ended with status ${status}`,
      cure: `Try it yourself: ${remedyStepText(step, privilege)[0] ?? ''}`,
      detail: `${stdout}\n${stderr}`.split('\n').filter(isWorthSeeing).slice(-SHOWN_LINES),
    });
  }
}

/** Administrators' folders may be missing in an account's PATH; dpkg refuses to work then. */
function administratorEnvironment({ host }: StepWorld): Record<string, string | undefined> {
  const path = host.environment['PATH'] ?? '/usr/bin:/bin';
  return {
    ...host.environment,
    LC_ALL: 'C.UTF-8',
    PATH: `${path}:/usr/local/sbin:/usr/sbin:/sbin`,
  };
}

/** Who holds apt's lock, when that is why it failed. */
function lockHolder(stderr: string): string | undefined {
  const held = /Could not get lock \S+?\.? It is held by process (\d+)(?: \(([^)]*)\))?/.exec(
    stderr,
  );
  if (held !== null) return `${held[2] ?? 'process'} (${held[1] ?? ''})`;
  return /Could not get lock|Unable to (?:acquire|lock)/.test(stderr)
    ? 'another program'
    : undefined;
}

function isWorthSeeing(line: string): boolean {
  return line.trim() !== '' && !/^(Hit|Get|Ign|Reading|Selecting|Preparing)\b/.test(line);
}
