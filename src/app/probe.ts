import { lastLogLines } from '../engine/last-lines.ts';
import type { Failure } from '../events/failure.ts';
import type { ProbeDefinition } from '../model/probe.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { runProbe, type ProbeResult, type ProbeStepResult } from '../probes/run.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { chooseProbes, findProbes, openRoom } from './probe/context.ts';
import type { ToolsRunContext } from './tools/target.ts';

export interface ProbeOptions {
  /** One probe; all of them when undefined. */
  readonly name: string | undefined;
  /** One stage, without the way through the stack. */
  readonly stage: string | undefined;
  /** The derived probes, although `dev.yaml` has some. */
  readonly derived: boolean;
}

/** What a person needs to know of the stage that is to blame. */
export interface StageEvidence {
  readonly service: string;
  /** The engine's own words when it does not run: `Exited (1) 2 seconds ago`; else undefined. */
  readonly notRunning?: string;
  /** Its last log lines, oldest first. */
  readonly lastLines: readonly string[];
}

/** A probe's result with the evidence for its failure. */
export interface ProbeReport extends ProbeResult {
  readonly evidence?: StageEvidence;
}

const LAST_LINES = 8;

/** Called as results come: each step of each probe, then the probe's report. */
export interface ProbeListener {
  onProbe(probe: ProbeDefinition): void;
  onStep(probe: ProbeDefinition, step: ProbeStepResult): void;
  onReport(report: ProbeReport): void;
}

/** Sends the chosen probes, one after the other. */
export async function runProbes(
  options: ProbeOptions,
  context: ToolsRunContext,
  listener: ProbeListener,
): Promise<Result<readonly ProbeReport[], readonly Failure[]>> {
  const found = findProbes(context, options.derived);
  if (!found.ok) return found;
  const chosen = chooseProbes(found.value, options.name, options.stage);
  if (!chosen.ok) return fail([chosen.failure]);
  const opened = await openRoom(context);
  if (!opened.ok) return fail([opened.failure]);
  context.ready?.();
  const { room, containers } = opened.value;
  const engine = await context.world.engine();
  const reports: ProbeReport[] = [];
  try {
    for (const probe of chosen.value) {
      if (context.signal.aborted) return fail([{ reason: 'interrupted', what: 'interrupted' }]);
      listener.onProbe(probe);
      const onStep = (step: ProbeStepResult): void => listener.onStep(probe, step);
      const result = await runProbe(probe, { ...room, onStep }, options.stage);
      const report = await withEvidence(result, containers, engine);
      listener.onReport(report);
      reports.push(report);
    }
  } finally {
    opened.value.close();
  }
  return ok(reports);
}

/** Adds what the blamed stage's container has to say. */
export async function withEvidence(
  result: ProbeResult,
  containers: readonly ContainerSummary[],
  engine: Pick<Engine, 'logs'>,
): Promise<ProbeReport> {
  const blamed = result.steps.find(({ stage }) => stage === result.failedStage);
  if (blamed?.service === undefined) return result;
  const { service } = blamed;
  const container =
    containers.find((each) => each.service === service && each.state !== 'running') ??
    containers.find((each) => each.service === service);
  if (container === undefined) {
    return { ...result, evidence: { service, notRunning: 'it has no container', lastLines: [] } };
  }
  const lastLines = await lastLogLines(engine, container.id, LAST_LINES);
  return {
    ...result,
    evidence: {
      service,
      lastLines,
      ...(container.state !== 'running' && { notRunning: container.status }),
    },
  };
}
