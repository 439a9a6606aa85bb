import pc from 'picocolors';
import type { ProgressEvent } from '../events/progress.ts';
import { ownLine } from '../util/terminal-text.ts';
import { unreachable } from '../util/unreachable.ts';

/** A step that runs. */
interface RunningStep {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly startedAtMs: number;
  /** How long it usually takes, where that is known. */
  readonly usualMs?: number;
}

/** What the live region shows: the running steps, oldest first. */
export interface ProgressState {
  readonly running: readonly RunningStep[];
}

export const NO_PROGRESS: ProgressState = { running: [] };

/** Shorter than this is not worth a figure. */
const SHOWN_FROM_MS = 100;

/** `850ms`, `1.2s`, `2m 05s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))}m ${String(seconds % 60).padStart(2, '0')}s`;
}

/** The state after an event. Pure. */
export function reduceProgress(
  state: ProgressState,
  event: ProgressEvent,
  nowMs: number,
): ProgressState {
  switch (event.kind) {
    case 'step-started': {
      const { id, label, usualMs } = event;
      const usual = usualMs === undefined ? {} : { usualMs };
      const step = { id, label, detail: '', startedAtMs: nowMs, ...usual };
      return { running: [...state.running.filter(({ id }) => id !== event.id), step] };
    }
    case 'step-progress':
      return {
        running: state.running.map((step) =>
          step.id === event.id ? { ...step, detail: event.detail } : step,
        ),
      };
    case 'step-finished':
      return { running: state.running.filter(({ id }) => id !== event.id) };
    case 'note':
      return state;
    default:
      return unreachable(event);
  }
}

/** ` of about 12.0s`; nothing where nobody knows. */
export function usualText(usualMs: number | undefined): string {
  return usualMs === undefined ? '' : ` of about ${durationText(usualMs)}`;
}

/** A step that has run for as long as this is worth a line, where nothing shows that it runs. */
const LONG_MS = 10_000;

/** Lines about steps that have been running for long, for output that is not drawn over. */
export function stillLines(state: ProgressState, nowMs: number, color: boolean): readonly string[] {
  const paint = pc.createColors(color);
  return state.running.flatMap(({ label, detail, startedAtMs, usualMs }) => {
    const ms = nowMs - startedAtMs;
    if (ms < LONG_MS) return [];
    const text = detail === '' ? '' : ` ${paint.dim(detail)}`;
    return [
      ownLine(
        `${paint.cyan('…')} ${label}${text} ${paint.dim(`${durationText(ms)}${usualText(usualMs)}`)}`,
      ),
    ];
  });
}

/** The line that stays on the screen for an event; undefined for those that leave none. */
export function lastingLine(event: ProgressEvent, color: boolean): string | undefined {
  const paint = pc.createColors(color);
  switch (event.kind) {
    case 'step-started':
    case 'step-progress':
      return undefined;
    case 'step-finished': {
      const time =
        event.durationMs >= SHOWN_FROM_MS ? ` ${paint.dim(durationText(event.durationMs))}` : '';
      const detail = event.detail === undefined ? '' : ` ${paint.dim(event.detail)}`;
      const failed = event.outcome === 'failed';
      const mark = failed ? paint.red('✗') : paint.green('✓');
      return ownLine(`${mark} ${failed ? paint.red(event.label) : event.label}${detail}${time}`);
    }
    case 'note': {
      const sign = event.level === 'warning' ? paint.yellow('!') : paint.cyan('·');
      return ownLine(`${sign} ${event.text}`);
    }
    default:
      return unreachable(event);
  }
}
