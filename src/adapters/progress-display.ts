import { createLogUpdate } from 'log-update';
import type { ProgressEvent, Report } from '../events/progress.ts';
import type { Output } from '../ports/terminal.ts';
import { lastingLine, liveLines, NO_PROGRESS, reduceProgress } from '../views/progress.ts';

/** Shows progress; `close` leaves the terminal as a plain one, with what lasts on it. */
export interface ProgressDisplay {
  readonly report: Report;
  close(): void;
}

const FRAME_MS = 100;
const MAXIMUM_ROWS = 12;

/** Nothing but warnings: `--quiet`. */
export function quietDisplay(stderr: Output): ProgressDisplay {
  const report = (event: ProgressEvent): void => {
    if (event.kind !== 'note' || event.level !== 'warning') return;
    stderr.write(`${lastingLine(event, stderr.color) ?? ''}\n`);
  };
  return { report, close: () => undefined };
}

/** One line for what is done: for pipes, CI logs and `TERM=dumb`. */
export function plainDisplay(stderr: Output, verbose: boolean): ProgressDisplay {
  const labels = new Map<string, string>();
  const report = (event: ProgressEvent): void => {
    if (event.kind === 'step-started') labels.set(event.id, event.label);
    if (event.kind === 'step-progress' && verbose) {
      stderr.write(`  ${labels.get(event.id) ?? event.id}: ${event.detail}\n`);
    }
    const line = lastingLine(event, stderr.color);
    if (line !== undefined) stderr.write(`${line}\n`);
  };
  return { report, close: () => undefined };
}

/** Finished steps stay as lines; running ones are drawn below them, ten times a second at most. */
export function liveDisplay(stderr: Output): ProgressDisplay {
  const region = createLogUpdate(process.stderr);
  let state = NO_PROGRESS;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    const size = { columns: stderr.columns(), rows: MAXIMUM_ROWS, color: stderr.color };
    region(liveLines(state, Date.now(), size).join('\n'));
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    report: (event) => {
      state = reduceProgress(state, event, Date.now());
      const line = lastingLine(event, stderr.color);
      if (line !== undefined) {
        region.clear();
        stderr.write(`${line}\n`);
        if (state.running.length > 0) draw();
      }
      if (state.running.length === 0) stop();
      else timer ??= setInterval(draw, FRAME_MS);
    },
    close: () => {
      stop();
      region.clear();
      region.done();
    },
  };
}
