import { checkCommand } from './check-command.ts';
import { StringDecoder } from 'node:string_decoder';
import type { CheckLog } from '../ports/check-logs.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckRequest } from './check-runner.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';
import { cycleMark } from './daemon-cycles.ts';
import { plainLines } from './diagnostics/plain-text.ts';
import { createOutputBuffer } from './output-buffer.ts';
import { createOutputRelay } from './output-relay.ts';
import type { ShellPool } from './shell-pool.ts';

/** A line that does not end (a progress bar's) is taken for one at this length. */
const MAX_LINE_LENGTH = 16 * 1024;
const HEAD_BYTES = 256 * 1024;
/** A silence of this length ends the cycle of a command that does not say so itself. */
const SILENCE_MS = 700;

export interface DaemonParts {
  readonly pool: ShellPool;
  readonly clock: Clock;
  /** A log for the whole output of one cycle. */
  readonly openLog: () => CheckLog;
}

/** One round of a watching command. */
export interface Cycle {
  readonly number: number;
  readonly beganAt: number;
  readonly endedAt: number | undefined;
  readonly text: string;
}

/** A command that watches by itself, kept alive in a container. */
export interface DaemonProcess {
  readonly containerId: string;
  readonly command: string;
  /** The newest cycle; undefined before the first output. */
  readonly cycle: Cycle | undefined;
  /** Its exit status once it ended; `lost` when its container went. */
  readonly ended: number | 'lost' | undefined;
  /** Keeps the whole output of the newest cycle; its path, as `CheckLog.keep` gives it. */
  keepLog(): string | undefined;
  /** What it prints from now on belongs to this run. */
  serve(request: Pick<CheckRequest, 'onOutput'>): void;
  /** Resolves at the next beginning or end of a cycle, or of the process. */
  next(): Promise<void>;
  stop(): Promise<void>;
}

export function startDaemon(
  { pool, clock, openLog }: DaemonParts,
  shell: ContainerShell,
  request: Pick<CheckRequest, 'check' | 'place' | 'onOutput'>,
): DaemonProcess {
  const { check, place } = request;
  let number = 0;
  let beganAt = 0;
  let endedAt: number | undefined;
  let buffer = createOutputBuffer(HEAD_BYTES, HEAD_BYTES);
  let log: CheckLog | undefined;
  let keptLog: string | undefined;
  let speaks = false;
  let lastAt = 0;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  let relay = createOutputRelay(clock, request.onOutput);
  let stopped = false;
  let started: StartedCheck | undefined;
  let ended: number | 'lost' | undefined;
  let wake: (() => void)[] = [];

  function tell(): void {
    const woken = wake;
    wake = [];
    for (const resolve of woken) resolve();
  }

  function begin(): void {
    number += 1;
    beganAt = clock.now();
    endedAt = undefined;
    buffer = createOutputBuffer(HEAD_BYTES, HEAD_BYTES);
    log?.discard();
    log = openLog();
    keptLog = undefined;
    tell();
  }

  function end(): void {
    if (number === 0 || endedAt !== undefined) return;
    endedAt = clock.now();
    tell();
  }

  function take(text: string): void {
    lastAt = clock.now();
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) {
      const mark = cycleMark(plainLines(line).join(''));
      if (mark !== undefined) speaks = true;
      if (mark === 'begin' || number === 0 || (!speaks && endedAt !== undefined)) begin();
      const bytes = Buffer.from(`${line}\n`);
      buffer.push(bytes);
      log?.write(bytes);
      if (mark === 'end') end();
    }
    if (!speaks) void endInSilence();
  }

  async function endInSilence(): Promise<void> {
    await clock.sleep(SILENCE_MS);
    if (!speaks && clock.now() - lastAt >= SILENCE_MS) end();
  }

  void shell
    .check({
      command: checkCommand(check),
      directory: place.directory,
      onStart: (now) => {
        started = now;
        if (stopped) void pool.kill(place.containerId, now);
      },
      onOutput: (bytes) => {
        const text = decoder.write(bytes);
        take(text);
        relay.push(text);
      },
    })
    .then((over) => {
      ended = over.kind === 'exit' ? over.status : 'lost';
      relay.end();
      end();
      tell();
      pool.release(place.containerId, shell);
    });

  return {
    containerId: place.containerId,
    command: checkCommand(check),
    get cycle() {
      return number === 0 ? undefined : { number, beganAt, endedAt, text: buffer.text() };
    },
    get ended() {
      return ended;
    },
    keepLog: () => {
      keptLog ??= log?.keep();
      log = undefined;
      return keptLog;
    },
    serve: ({ onOutput }) => {
      relay.end();
      relay = createOutputRelay(clock, onOutput);
    },
    next: () =>
      new Promise((resolve) => {
        wake.push(resolve);
      }),
    stop: async () => {
      // Not begun yet: it is ended when it tells its number.
      stopped = true;
      log?.discard();
      log = undefined;
      // Also after its end: where only its shell was killed, the command itself goes on.
      if (started !== undefined) await pool.kill(place.containerId, started);
    },
  };
}
