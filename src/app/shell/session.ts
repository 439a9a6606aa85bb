import type { Readable, Writable } from 'node:stream';
import { PidLine, signalArgv, tellingPid } from '../../engine/exec-pid.ts';
import type { Failure } from '../../events/failure.ts';
import type { Console, TakenTerminal } from '../../ports/console.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Execution } from '../../ports/engine-containers.ts';
import type { Result } from '../../util/result.ts';
import { ok } from '../../util/result.ts';

export interface ShellRun {
  readonly containerId: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How a command in a container ended. */
export interface ShellOutcome {
  readonly status: number;
  /** False when the container could not even start `sh`: then `said` is what the engine said. */
  readonly started: boolean;
  readonly said: string;
}

/** Mouse, focus and paste modes, in case a program in the container died with them on. */
const SHELL_MODES = {
  enter: '',
  leave: '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[0m',
};

/**
 * Runs a command in a container with our streams: as a terminal when both our ends are terminals
 * (size and signals passed on), else as plain pipes.
 */
export async function runShellSession(
  engine: Engine,
  console: Console,
  run: ShellRun,
): Promise<Result<ShellOutcome, Failure>> {
  const tty = console.inputIsTerminal && console.outputIsTerminal;
  const terminal = tty ? await console.take(SHELL_MODES) : undefined;
  try {
    const started = await engine.exec(run.containerId, {
      argv: tellingPid(run.argv),
      environment: run.environment,
      stdin: true,
      tty,
      ...terminal?.size(),
    });
    if (!started.ok) return started;
    return ok(await join(engine, console, terminal, run.containerId, started.value));
  } finally {
    terminal?.release();
    console.closeInput();
  }
}

async function join(
  engine: Engine,
  console: Console,
  terminal: TakenTerminal | undefined,
  containerId: string,
  execution: Execution,
): Promise<ShellOutcome> {
  const pidLine = new PidLine();
  const said: Buffer[] = [];
  execution.stdout.on('data', (chunk: Buffer) => {
    const own = pidLine.take(chunk);
    if (own.length === 0) return;
    // Before the process has told its id, it is the engine who speaks.
    if (pidLine.pid === undefined) {
      said.push(own);
      return;
    }
    passOn(own, execution.stdout, console.output);
  });
  execution.stderr.on('data', (chunk: Buffer) => {
    passOn(chunk, execution.stderr, console.errorOutput);
  });
  execution.stream.on('error', () => undefined);
  const ended = Promise.all([drained(execution.stdout), drained(execution.stderr)]);

  const stopSignals = console.onSignal((name) => {
    if (pidLine.pid === undefined) return;
    void engine.exec(containerId, { argv: signalArgv(pidLine.pid, name) });
  });
  sendInput(console, terminal, execution);
  const status = await execution.exited;
  await ended;
  stopSignals();
  console.input.unpipe(execution.stream);
  execution.stream.destroy();
  said.push(pidLine.rest());
  return {
    status,
    started: pidLine.pid !== undefined,
    said: Buffer.concat(said).toString('utf8').trim(),
  };
}

/** One that does not read us holds up the program, not our memory. */
function passOn(chunk: Buffer, from: Readable, to: Writable): void {
  if (to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

function sendInput(
  console: Console,
  terminal: TakenTerminal | undefined,
  execution: Execution,
): void {
  if (terminal === undefined) {
    console.input.on('error', () => execution.stream.end());
    console.input.pipe(execution.stream);
    return;
  }
  terminal.onInput((data) => void execution.stream.write(data));
  const fit = (): void => {
    const { columns, rows } = terminal.size();
    void execution.resize(columns, rows);
  };
  terminal.onResize(fit);
  terminal.onResumed(fit);
}

function drained(stream: Execution['stdout']): Promise<void> {
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}
