import type { CheckLog } from '../ports/check-logs.ts';
import type { Clock } from '../ports/clock.ts';
import { cycleMark } from './daemon-cycles.ts';
import { plainLines } from './diagnostics/plain-text.ts';
import { createOutputBuffer } from './output-buffer.ts';

/** A line that does not end (a progress bar's) is taken for one at this length. */
const MAX_LINE_LENGTH = 16 * 1024;
const HEAD_BYTES = 256 * 1024;
/** A silence of this length ends the cycle of a command that does not say so itself. */
const SILENCE_MS = 700;

/** One round of a watching command. */
export interface Cycle {
  readonly number: number;
  readonly beganAt: number;
  readonly endedAt: number | undefined;
  readonly text: string;
}

export interface CycleReaderParts {
  readonly clock: Clock;
  /** A log for the whole output of one cycle. */
  readonly openLog: () => CheckLog;
  /** A cycle began or ended. */
  readonly onChange: () => void;
}

export interface CycleReader {
  /** The newest cycle; undefined before the first output. */
  readonly cycle: Cycle | undefined;
  take(text: string): void;
  /** Nothing comes any more. */
  end(): void;
  /** Keeps the whole output of the newest cycle; its path, as `CheckLog.keep` gives it. */
  keepLog(): string | undefined;
  discardLog(): void;
}

/** Finds the cycles in what a watching command prints. */
export function createCycleReader({ clock, openLog, onChange }: CycleReaderParts): CycleReader {
  let number = 0;
  let beganAt = 0;
  let endedAt: number | undefined;
  let buffer = createOutputBuffer(HEAD_BYTES, HEAD_BYTES);
  let log: CheckLog | undefined;
  let keptLog: string | undefined;
  /** It says itself when a cycle begins and ends. */
  let speaks = false;
  let lastAt = 0;
  /** Somebody waits for a silence. */
  let waits = false;
  let rest = '';

  function begin(): void {
    number += 1;
    beganAt = clock.now();
    endedAt = undefined;
    buffer = createOutputBuffer(HEAD_BYTES, HEAD_BYTES);
    log?.discard();
    log = openLog();
    keptLog = undefined;
    onChange();
  }

  function end(): void {
    if (number === 0 || endedAt !== undefined) return;
    endedAt = clock.now();
    onChange();
  }

  function takeLine(line: string): void {
    const mark = cycleMark(plainLines(line).join(''));
    if (mark !== undefined) speaks = true;
    if (mark === 'begin' || number === 0 || (!speaks && endedAt !== undefined)) begin();
    const bytes = Buffer.from(`${line}\n`);
    buffer.push(bytes);
    log?.write(bytes);
    if (mark === 'end') end();
  }

  function takeRest(): void {
    const line = rest;
    rest = '';
    if (line !== '') takeLine(line);
  }

  function take(text: string): void {
    lastAt = clock.steady();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(takeLine);
    if (rest.length > MAX_LINE_LENGTH) takeRest();
    if (!speaks) void endInSilence();
  }

  /** One waits for all that is printed. A timer may be early by the clock: then it waits on. */
  async function endInSilence(): Promise<void> {
    if (waits) return;
    waits = true;
    for (;;) {
      const leftMs = lastAt + SILENCE_MS - clock.steady();
      if (speaks || leftMs <= 0) break;
      await clock.sleep(leftMs);
    }
    waits = false;
    if (speaks) return;
    // A command may wait behind words that end no line: `ready> `.
    takeRest();
    end();
  }

  return {
    get cycle() {
      return number === 0 ? undefined : { number, beganAt, endedAt, text: buffer.text() };
    },
    take,
    end,
    keepLog: () => {
      keptLog ??= log?.keep();
      log = undefined;
      return keptLog;
    },
    discardLog: () => {
      log?.discard();
      log = undefined;
    },
  };
}
