import { checkCommand } from './check-command.ts';
import { StringDecoder } from 'node:string_decoder';
import type { CheckLog } from '../ports/check-logs.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckRunRequest } from './check-runner.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';
import { createCycleReader } from './cycle-reader.ts';
import type { Cycle } from './cycle-reader.ts';
import { createOutputRelay } from './output-relay.ts';
import type { ShellPool } from './shell-pool.ts';

export interface DaemonParts {
  readonly pool: ShellPool;
  readonly clock: Clock;
  /** A log for the whole output of one cycle. */
  readonly openLog: () => CheckLog;
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
  serve(request: Pick<CheckRunRequest, 'onOutput'>): void;
  /** Resolves at the next beginning or end of a cycle, or of the process. */
  next(): Promise<void>;
  stop(): Promise<void>;
}

export function startDaemon(
  { pool, clock, openLog }: DaemonParts,
  shell: ContainerShell,
  request: Pick<CheckRunRequest, 'check' | 'place' | 'onOutput'>,
): DaemonProcess {
  const { check, place } = request;
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

  const cycles = createCycleReader({ clock, openLog, onChange: tell });

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
        cycles.take(text);
        relay.push(text);
      },
    })
    .then((over) => {
      ended = over.kind === 'exit' ? over.status : 'lost';
      relay.end();
      cycles.end();
      tell();
      pool.release(place.containerId, shell);
    });

  return {
    containerId: place.containerId,
    command: checkCommand(check),
    get cycle() {
      return cycles.cycle;
    },
    get ended() {
      return ended;
    },
    keepLog: () => cycles.keepLog(),
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
      cycles.discardLog();
      // Also after its end: where only its shell was killed, the command itself goes on.
      if (started !== undefined) await pool.kill(place.containerId, started);
    },
  };
}
