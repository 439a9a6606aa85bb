import { openPty } from '../../src/adapters/pty.ts';
import { createEmulator } from '../../src/adapters/terminal-emulator.ts';
import type { Emulator } from '../../src/ports/emulator.ts';
import { CellGrid } from '../../src/util/cell-grid.ts';

export interface ScreenOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program in a real pseudo-terminal, and what a person would see on its screen. */
export interface Screen {
  readonly pid: number;
  readonly emulator: Emulator;
  /** Everything that the program wrote, undecoded escape sequences included. */
  output(): string;
  rows(): readonly string[];
  text(): string;
  cells(): CellGrid;
  send(keys: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the screen is as asked; rejects with the screen after `timeoutMs`. */
  until(
    what: string,
    look: RegExp | ((screen: Screen) => boolean),
    timeoutMs?: number,
  ): Promise<void>;
  readonly exited: Promise<number>;
  close(): void;
}

/** Starts a program on a terminal and reads its screen through an emulator. */
export async function openScreen(
  argv: readonly string[],
  options: ScreenOptions = {},
): Promise<Screen> {
  const columns = options.columns ?? 120;
  const rows = options.rows ?? 40;
  const opened = await openPty({
    argv,
    cwd: options.cwd ?? process.cwd(),
    env: {
      ...process.env,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      NO_COLOR: undefined,
      TMUX: undefined,
      ...options.env,
    },
    columns,
    rows,
  });
  if (!opened.ok) throw new Error(opened.failure.what);
  const pty = opened.value;
  const emulator = createEmulator({
    columns,
    rows,
    scrollback: 1000,
    onReply: (data) => pty.write(data),
  });
  const written: Buffer[] = [];
  const watchers = new Set<() => void>();
  let ended = false;
  pty.onData((data) => {
    written.push(Buffer.from(data));
    emulator.write(data, () => {
      for (const watcher of [...watchers]) watcher();
    });
  });
  // Its last words are still on their way through the emulator when it has ended.
  const exited = pty.exited.then(
    (status) =>
      new Promise<number>((resolve) => {
        emulator.write('', () => {
          ended = true;
          for (const watcher of [...watchers]) watcher();
          resolve(status);
        });
      }),
  );

  const cells = (): CellGrid => {
    const grid = new CellGrid(emulator.columns, emulator.rows);
    const area = { x: 0, y: 0, columns: grid.columns, rows: grid.rows };
    emulator.draw(emulator.screenTop(), grid, area);
    return grid;
  };
  const screenRows = (): string[] => {
    const top = emulator.screenTop();
    return Array.from({ length: emulator.rows }, (_, row) => emulator.text(top + row));
  };

  const screen: Screen = {
    pid: pty.pid,
    emulator,
    output: () => Buffer.concat(written).toString('utf8'),
    rows: screenRows,
    text: () => screenRows().join('\n'),
    cells,
    send: (keys) => pty.write(keys),
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    kill: (signal) => void process.kill(pty.pid, signal),
    until: (what, look, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const seen = (): boolean =>
          look instanceof RegExp ? look.test(screen.text()) : look(screen);
        const finish = (): void => {
          watchers.delete(check);
          clearTimeout(timer);
        };
        const refuse = (why: string): void => {
          finish();
          reject(new Error(`${why} for: ${what}\n${screen.text()}\n`));
        };
        const check = (): void => {
          if (seen()) {
            finish();
            resolve();
          } else if (ended) {
            refuse('the program ended, in vain waited');
          }
        };
        const timer = setTimeout(() => refuse(`waited ${timeoutMs} ms in vain`), timeoutMs);
        watchers.add(check);
        check();
      }),
    exited,
    close: () => {
      pty.close();
    },
  };
  return screen;
}
