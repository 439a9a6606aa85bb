import type { ProgressEvent } from '../events/progress.ts';
import type { DisplayKind, ProgressDisplay } from '../ports/progress-display.ts';
import type { Output } from '../ports/terminal.ts';
import { oneLine, outputLine, terminalText } from '../util/terminal-text.ts';
import {
  lastingLine,
  NO_PROGRESS,
  reduceProgress,
  stillLines,
  type ProgressState,
} from '../views/progress.ts';

const FRAME_MS = 100;
const MAXIMUM_ROWS = 12;
/** How often a plain display says what still runs. */
const STILL_MS = 15_000;

export function progressDisplay(kind: DisplayKind, stderr: Output): ProgressDisplay {
  if (kind === 'quiet') return quietDisplay(stderr);
  return kind === 'live' ? liveDisplay(stderr) : plainDisplay(stderr, kind === 'verbose');
}

/** Nothing but warnings: `--quiet`. */
export function quietDisplay(stderr: Output): ProgressDisplay {
  const report = (event: ProgressEvent): void => {
    if (event.kind !== 'note' || event.level !== 'warning') return;
    stderr.write(`${lastingLine(event, stderr.color) ?? ''}\n`);
  };
  return { report, close: () => undefined };
}

/**
 * One line for what is done, and now and then one for what takes long: for pipes, CI logs and
 * `TERM=dumb`.
 */
export function plainDisplay(stderr: Output, verbose: boolean): ProgressDisplay {
  let state = NO_PROGRESS;
  const timer = setInterval(() => {
    for (const line of stillLines(state, Date.now(), stderr.color)) stderr.write(`${line}\n`);
  }, STILL_MS);
  // Nothing waits for it.
  timer.unref();
  const report = (event: ProgressEvent): void => {
    state = reduceProgress(state, event, Date.now());
    if (event.kind === 'step-progress' && verbose) {
      const step = state.running.find(({ id }) => id === event.id);
      stderr.write(
        `  ${oneLine(step?.label ?? event.id)}: ${outputLine(event.detail, stderr.color)}\n`,
      );
    }
    const line = lastingLine(event, stderr.color);
    if (line !== undefined) stderr.write(`${line}\n`);
  };
  return { report, close: () => clearInterval(timer) };
}

/** Draws lines in place, over what it drew before. */
interface Region {
  draw(state: ProgressState): void;
  clear(): void;
  done(): void;
}

/** Loaded with the first thing that takes long enough to be drawn. */
async function loadRegion(stderr: Output): Promise<Region> {
  const { createLogUpdate } = await import('log-update');
  const { liveLines } = await import('../views/progress-live.ts');
  const region = createLogUpdate(process.stderr);
  return {
    draw: (state) => {
      const size = { columns: stderr.columns(), rows: MAXIMUM_ROWS, color: stderr.color };
      // log-update writes by itself: the same hand as at `Output.write`.
      region(terminalText(liveLines(state, Date.now(), size).join('\n'), size.color));
    },
    clear: () => region.clear(),
    done: () => region.done(),
  };
}

/** Finished steps stay as lines; running ones are drawn below them, ten times a second at most. */
export function liveDisplay(stderr: Output): ProgressDisplay {
  let state = NO_PROGRESS;
  let timer: NodeJS.Timeout | undefined;
  let region: Region | undefined;
  let isClosed = false;

  const draw = (): void => {
    if (state.running.length > 0) region?.draw(state);
  };
  const start = (): void => {
    if (timer !== undefined) return;
    timer = setInterval(draw, FRAME_MS);
    if (region !== undefined) return;
    void loadRegion(stderr).then((loaded) => {
      if (isClosed) return;
      region = loaded;
      draw();
    });
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
        region?.clear();
        stderr.write(`${line}\n`);
        draw();
      }
      if (state.running.length === 0) stop();
      else start();
    },
    close: () => {
      isClosed = true;
      stop();
      region?.clear();
      region?.done();
    },
  };
}
