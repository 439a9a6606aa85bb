import pc from 'picocolors';
import {
  moduleOf,
  runTitle,
  tookMs,
  type RecordedStep,
  type RunRecord,
  type StepOutcome,
} from '../release/run-record.ts';
import type { ReportRun, RunState } from '../release/report-data.ts';
import type { Trend } from '../release/run-trends.ts';
import { ownLine } from '../util/terminal-text.ts';
import { durationText } from './progress.ts';
import { textWidth } from './text-width.ts';

type Paint = ReturnType<typeof pc.createColors>;

/** One character for what became of a step, on a terminal and in a page. */
export const STEP_MARKS: Readonly<Record<StepOutcome, string>> = {
  waiting: '○',
  running: '◐',
  done: '✓',
  failed: '✗',
  kept: '=',
  left: '–',
};

function markOf(outcome: StepOutcome, paint: Paint): string {
  const mark = STEP_MARKS[outcome];
  if (outcome === 'done') return paint.green(mark);
  if (outcome === 'failed') return paint.red(mark);
  return outcome === 'running' ? paint.cyan(mark) : paint.dim(mark);
}

function stateText(state: RunState, paint: Paint): string {
  if (state === 'good') return paint.green(state);
  if (state === 'running') return paint.cyan(state);
  return state === 'interrupted' ? paint.yellow(state) : paint.red(state);
}

function trendText({ usualMs, direction }: Trend, paint: Paint): string {
  const usual = paint.dim(`usually ${durationText(usualMs)}`);
  if (direction === 'same') return usual;
  return `${usual} ${direction === 'slower' ? paint.red('▲') : paint.green('▼')}`;
}

/** How long it took or has been at it; what else there is to say of it where it did nothing. */
function timeOf(step: RecordedStep, nowMs: number): string {
  const ended = tookMs(step);
  if (ended !== undefined) return durationText(ended);
  if (step.outcome === 'running') return durationText(nowMs - (step.startedAtMs ?? nowMs));
  if (step.outcome === 'kept') return step.cause;
  return step.outcome === 'left' ? 'not run' : 'waits';
}

/** A step under what it is about: `compile` under `api`. */
interface Leaf {
  readonly name: string;
  readonly step: RecordedStep;
}

/** Modules with their steps, and steps that are about all; each in the order of the run. */
function branches({ steps }: RunRecord): ReadonlyMap<string, readonly Leaf[]> {
  const found = new Map<string, Leaf[]>();
  for (const step of steps) {
    const module = moduleOf(step);
    const name = module === undefined ? step.id : step.id.slice(0, -module.length - 1);
    const branch = module ?? '';
    found.set(branch, [...(found.get(branch) ?? []), { name, step }]);
  }
  const all = found.get('') ?? [];
  found.delete('');
  return all.length === 0 ? found : found.set('', all);
}

export interface TreeLook {
  readonly color: boolean;
  /** Epoch milliseconds, for what is at work. */
  readonly nowMs: number;
}

/** A run as a tree: modules, their steps, how long each took and usually takes. Pure. */
export function runTreeText(run: ReportRun, { color, nowMs }: TreeLook): string {
  const paint = pc.createColors(color);
  const { record, state, trends } = run;
  const known = record.endedAtMs ?? (state === 'running' ? nowMs : undefined);
  const length =
    known === undefined ? '' : paint.dim(` ${durationText(known - record.startedAtMs)}`);
  const tree = [...branches(record)];
  const leaves = tree.flatMap(([, some]) => some);
  const nameWidth = Math.max(0, ...leaves.map(({ name }) => textWidth(name)));
  const timeWidth = Math.max(
    0,
    ...leaves
      .filter(({ step }) => step.outcome !== 'kept')
      .map(({ step }) => timeOf(step, nowMs).length),
  );
  const line = ({ name, step }: Leaf, before: string): string => {
    const time = timeOf(step, nowMs);
    const shown = step.outcome === 'kept' ? paint.dim(time) : time.padStart(timeWidth);
    const trend = trends.get(step.id);
    const told =
      trend === undefined || step.outcome === 'kept' ? '' : `  ${trendText(trend, paint)}`;
    const padding = ' '.repeat(nameWidth - textWidth(name));
    return `${paint.dim(before)}${markOf(step.outcome, paint)} ${name}${padding}  ${shown}${told}`;
  };
  const lines = tree.flatMap(([branch, some], at) => {
    const isLast = at === tree.length - 1;
    if (branch === '') {
      return some.map((leaf, index) => line(leaf, index === some.length - 1 ? '└─ ' : '├─ '));
    }
    return [
      `${paint.dim(isLast ? '└─' : '├─')} ${branch}`,
      ...some.map((leaf, index) =>
        line(leaf, `${isLast ? '   ' : '│  '}${index === some.length - 1 ? '└─ ' : '├─ '}`),
      ),
    ];
  });
  const head = `${runTitle(record)} ${stateText(state, paint)}${length}`;
  return [head, ...lines].map((one) => `${ownLine(one)}\n`).join('');
}
