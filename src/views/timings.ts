/** Where the time of a `dev up` went: what had to wait for what, and the chain that took longest. */

import type { TimedStep } from '../events/progress.ts';
import { ownLine } from '../util/terminal-text.ts';
import { durationText } from './progress.ts';

/** One of the chain. */
interface PathStep {
  readonly label: string;
  readonly durationMs: number;
  /** How long nothing kept it from beginning but busy cores, or a look at the engine. */
  readonly waitedMs: number;
}

/**
 * The chain of steps without which it would have ended sooner, in order: from what ended last back
 * over what each one waited for longest.
 */
export function criticalPath(steps: readonly TimedStep[]): readonly PathStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const latest = (some: readonly TimedStep[]): TimedStep | undefined =>
    some.reduce<TimedStep | undefined>(
      (last, step) => (last === undefined || step.endedAtMs > last.endedAtMs ? step : last),
      undefined,
    );
  const path: PathStep[] = [];
  const seen = new Set<string>();
  for (let step = latest(steps); step !== undefined && !seen.has(step.id);) {
    seen.add(step.id);
    const before = latest(step.behind.flatMap((id) => byId.get(id) ?? []));
    const readyAtMs = before?.endedAtMs ?? step.startedAtMs;
    path.unshift({
      label: step.label,
      durationMs: step.endedAtMs - step.startedAtMs,
      waitedMs: Math.max(0, step.startedAtMs - readyAtMs),
    });
    step = before;
  }
  return path;
}

/**
 * As Chrome's and Perfetto's viewers read it: steps that overlap in rows of their own.
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export function traceText(steps: readonly TimedStep[]): string {
  const rowsEndMs: number[] = [];
  const traceEvents = [...steps]
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .map(({ id, label, behind, startedAtMs, endedAtMs }) => {
      const free = rowsEndMs.findIndex((endMs) => endMs <= startedAtMs);
      const row = free === -1 ? rowsEndMs.length : free;
      rowsEndMs[row] = endedAtMs;
      return {
        name: label,
        cat: id.split(':')[0] ?? '',
        ph: 'X',
        ts: startedAtMs * 1000,
        dur: (endedAtMs - startedAtMs) * 1000,
        pid: 1,
        tid: row + 1,
        args: { id, behind },
      };
    });
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`;
}

/** Shorter waits are those of the machine, not of the plan. */
const WAIT_SHOWN_MS = 100;

/** The chain that took longest, a line each: how long, and what. */
export function timingsText(path: readonly PathStep[]): string {
  const allMs = path.reduce((sum, { durationMs, waitedMs }) => sum + durationMs + waitedMs, 0);
  const lines = path.map(({ label, durationMs, waitedMs }) => {
    const waited =
      waitedMs < WAIT_SHOWN_MS ? '' : ` (${durationText(waitedMs)} after it could have begun)`;
    return `  ${durationText(durationMs).padStart(7)}  ${ownLine(label)}${waited}\n`;
  });
  return `${durationText(allMs)}, of which nothing could have been left out:\n${lines.join('')}`;
}
