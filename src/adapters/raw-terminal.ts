import { isatty } from 'node:tty';
import type { Console, TakenTerminal, TerminalModes, TerminalSize } from '../ports/console.ts';
import { startGuardian } from './raw-terminal-guardian.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

function terminalSize(): TerminalSize {
  return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

/**
 * Takes the terminal, and sees to it that it is given back: at the end, at a crash, at `exit`, for
 * the time of a suspension, and, by the guardian, after SIGKILL.
 */
async function take(modes: TerminalModes): Promise<TakenTerminal> {
  const guardian = await startGuardian(modes.leave);
  const resized: ((size: TerminalSize) => void)[] = [];
  const resumed: (() => void)[] = [];
  let held = false;
  let released = false;

  const enter = async (): Promise<void> => {
    held = true;
    process.stdin.setRawMode(true);
    await guardian.raw();
    process.stdout.write(modes.enter);
    process.stdin.resume();
  };
  const leave = (): void => {
    if (!held) return;
    held = false;
    try {
      process.stdout.write(modes.leave);
      process.stdin.setRawMode(false);
    } catch {
      // After a hang-up there is no terminal left to give back.
    }
  };
  const onResize = (): void => {
    for (const listener of resized) listener(terminalSize());
  };
  const suspend = (): void => {
    leave();
    guardian.cooked();
    process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    // Stopped by SIGSTOP there was no time to give it back; the shell has changed it meanwhile.
    if (held) leave();
    void enter().then(() => {
      // Who is not in the foreground is not told of another size: look at it as if we had been.
      process.kill(process.pid, 'SIGWINCH');
      for (const listener of resumed) listener();
      onResize();
    });
  };
  const release = (): void => {
    if (released) return;
    released = true;
    leave();
    guardian.done();
    process.stdin.pause();
    process.stdout.off('resize', onResize);
    process.off('exit', release);
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', onContinue);
    process.off('uncaughtExceptionMonitor', release);
  };

  process.stdout.on('resize', onResize);
  process.on('exit', release);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', onContinue);
  // Before Node prints the stack of a bug, so that it is printed on a terminal that shows it.
  process.on('uncaughtExceptionMonitor', release);
  process.stdin.on('error', () => undefined);
  await enter();

  return {
    size: terminalSize,
    write: (data) => {
      if (held) process.stdout.write(data);
    },
    onInput: (listener) => void process.stdin.on('data', listener),
    onResize: (listener) => void resized.push(listener),
    onResumed: (listener) => void resumed.push(listener),
    suspend,
    release,
  };
}

/** The terminal, or the pipes, that this process was started with. */
export const hostConsole: Console = {
  get input() {
    return process.stdin;
  },
  get output() {
    return process.stdout;
  },
  get errorOutput() {
    return process.stderr;
  },
  inputIsTerminal: isatty(0),
  outputIsTerminal: isatty(1),
  take,
  onSignal(listener) {
    const listeners = FORWARDED.map((name) => {
      const pass = (): void => listener(name.slice('SIG'.length));
      process.on(name, pass);
      return { name, pass };
    });
    return () => {
      for (const { name, pass } of listeners) process.off(name, pass);
    };
  },
  closeInput() {
    process.stdin.destroy();
  },
};
