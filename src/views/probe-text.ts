import pc from 'picocolors';
import { textWidth } from './text-width.ts';
import type { ProbeDefinition } from '../model/probe.ts';
import { callersOf } from '../probes/culprit.ts';
import { THROUGH, type ProbeResult, type ProbeStepResult } from '../probes/run.ts';
import { causeText } from '../probes/verdict.ts';
import { logLines } from '../util/log-record-text.ts';
import { ownLine } from '../util/terminal-text.ts';

/** What a container says about its failure; see `Evidence` of the use case. */
interface FailureEvidence {
  readonly service: string;
  readonly notRunning?: string;
  readonly lastLines: readonly string[];
}

/** `proxy → api → pricing, api → db`: the ways that the request takes. */
export function waysText({ stages }: ProbeDefinition): string {
  const callers = callersOf(stages);
  const ways: string[][] = [];
  for (const { name } of stages) {
    const caller = callers.get(name);
    const last = ways.at(-1);
    if (last !== undefined && last.at(-1) === caller) last.push(name);
    else ways.push(caller === undefined ? [name] : [caller, name]);
  }
  return ways.map((way) => way.join(' → ')).join(', ');
}

function milliseconds(durationMs: number): string {
  return `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`;
}

/** One step as a line without its end: mark, stage, status, time, address, cause. */
export function stepLine(probe: ProbeDefinition, step: ProbeStepResult, color: boolean): string {
  const paint = pc.createColors(color);
  const { ok, status, durationMs, failure } = step.verdict;
  const names = [THROUGH, ...probe.stages.map(({ name }) => name)];
  const width = Math.max(...names.map((name) => textWidth(name)));
  const stage = step.stage + ' '.repeat(width - textWidth(step.stage));
  const mark = ok ? paint.green('✓') : paint.red('✗');
  const columns = [stage, String(status ?? '-').padStart(3), milliseconds(durationMs).padStart(8)];
  const cause = failure === undefined ? '' : paint.red(` — ${causeText(failure.cause)}`);
  return ownLine(`  ${mark} ${columns.join('  ')}  ${paint.dim(step.address)}${cause}`);
}

/** What is to blame and why, with its last log lines; empty when all is well. */
export function blameLines(
  result: ProbeResult & { readonly evidence?: FailureEvidence },
  color: boolean,
): readonly string[] {
  const paint = pc.createColors(color);
  const blamed = result.steps.find(({ stage }) => stage === result.failedStage);
  const failure = blamed?.verdict.failure;
  if (blamed === undefined || failure === undefined) return [];
  const where =
    blamed.stage === THROUGH ? 'on the way from outside to the first stage' : blamed.stage;
  const lines = [
    `  ${paint.red(paint.bold(`fails at ${where}`))}: ${causeText(failure.cause)}: ${failure.message}`,
  ];
  const { evidence } = result;
  if (evidence?.notRunning !== undefined) {
    lines.push(`  ${evidence.service} does not run: ${evidence.notRunning}`);
  }
  for (const text of evidence?.lastLines ?? []) {
    lines.push(...logLines(text, color).map((line) => `    ${paint.dim('│')} ${line}`));
  }
  const followers = result.steps.filter(({ because }) => because === blamed.stage);
  const names = followers.map(({ stage }) => (stage === THROUGH ? 'the whole way' : stage));
  if (names.length > 0) lines.push(paint.dim(`  because of it fails: ${names.join(', ')}`));
  const others = result.steps.filter(
    ({ stage, verdict, because }) =>
      !verdict.ok && because === undefined && stage !== blamed.stage && stage !== THROUGH,
  );
  for (const { stage, verdict } of others) {
    if (verdict.failure === undefined) continue;
    lines.push(
      `  fails too: ${stage}: ${causeText(verdict.failure.cause)}: ${verdict.failure.message}`,
    );
  }
  return lines.map(ownLine);
}

/** A whole probe as lines, for a pane that shows it again and again. */
export function probeLines(
  probe: ProbeDefinition,
  result: ProbeResult & { readonly evidence?: FailureEvidence },
  color: boolean,
): readonly string[] {
  return [
    probeTitle(probe, color),
    ...result.steps.map((step) => stepLine(probe, step, color)),
    ...blameLines(result, color),
  ];
}

export function probeTitle(probe: ProbeDefinition, color: boolean): string {
  const paint = pc.createColors(color);
  const ways = waysText(probe);
  return ownLine(paint.bold(probe.name) + (ways === '' ? '' : `: ${ways}`));
}
