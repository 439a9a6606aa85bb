import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../../src/adapters/terminal-emulator.ts';
import { GIVE_BACK } from '../../../src/dash/panes/pane-source.ts';
import { PaneTerminal } from '../../../src/dash/panes/pane-terminal.ts';
import { CellGrid } from '../../../src/util/cell-grid.ts';

/** A pane, what is written into it, and what it answered to its program. */
function aPane(interactive: boolean) {
  const answers: string[] = [];
  let write: (data: string) => void = () => undefined;
  const terminal = new PaneTerminal(
    {
      id: 'p',
      title: 'api',
      interactive,
      open: (_size, sink) => {
        write = (data) => sink.write(data);
        return {
          send: (data) => void answers.push(data),
          resize: () => undefined,
          pause: () => undefined,
          resume: () => undefined,
          close: () => undefined,
        };
      },
      createEmulator,
      onChange: () => undefined,
    },
    { columns: 40, rows: 6 },
  );
  terminal.start();
  const { emulator } = terminal;
  return {
    terminal,
    answers,
    says: async (text: string): Promise<readonly string[]> => {
      write(text);
      await new Promise<void>((resolve) => emulator.write('', resolve));
      const all = Array.from({ length: emulator.lineCount() }, (_, at) =>
        emulator.text(at).trimEnd(),
      );
      return all.filter((line) => line !== '');
    },
  };
}

describe('a pane of logs', () => {
  it('stays a log whatever is written to it', async () => {
    const { terminal, says } = aPane(false);
    await says('first\r\nsecond\r\n');
    const wild = [
      ...[
        '\x1b[2J',
        '\x1b[3J',
        '\x1b[1J',
        '\x1b[H',
        '\x1b[1;1f',
        '\x1b[1d',
        '\x1bc',
        '\x1b#8',
        '\x1bM',
      ],
      ...['\x1b[?1049h', '\x1b[?25l', '\x1b[?1003h', '\x1b[2;3r', '\x1b7\x1b8', '\x1b[s\x1b[u'],
      ...['\x1b]0;title\x07', '\x07', '\x1b[4S', '\x1b[2L', '\x1b[2M'],
    ];
    expect(await says(`${wild.join('')}third\r\n`)).toEqual(['first', 'second', 'third']);
    expect(terminal.emulator.modes()).toMatchObject({ mouse: 'none', alternateScreen: false });
    expect(terminal.title).toBe('api');
    expect(terminal.takeBell()).toBe(false);
  });

  it('keeps colours, and progress bars that write over their line', async () => {
    const { says, terminal } = aPane(false);
    expect(await says('\x1b[31m10 %\x1b[0m\r\x1b[2K\x1b[32m20 %\r\n')).toEqual(['20 %']);
    const grid = new CellGrid(40, 1);
    terminal.emulator.drawLine(0, grid, 0, 0, 40);
    expect(grid.fg[0]).not.toBe(0);
  });
});

describe('a pane with a program', () => {
  it('never lets it write the clipboard, and answers what a terminal may be asked', async () => {
    const { says, answers, terminal } = aPane(true);
    await says('\x1b]52;c;Zm9v\x07\x1b]52;c;?\x07\x1b[21t\x1b[6n');
    expect(answers).toEqual(['\x1b[1;1R']);
    await says(`\x1b]0;${'long '.repeat(1_000)}\x07`);
    expect(terminal.title.length).toBeLessThan(120);
  });

  it('has its screen back after a program that died with another one', async () => {
    const { says, terminal } = aPane(true);
    await says('$ top\r\n\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?25l\x1b[2;3r\x1b[31mtop');
    expect(await says(`${GIVE_BACK}\r\nback`)).toEqual(['$ top', 'back']);
    expect(terminal.emulator.modes()).toMatchObject({
      mouse: 'none',
      mouseSgr: false,
      alternateScreen: false,
    });
    expect(terminal.emulator.cursor()).toEqual({ x: 4, y: 2 });
    // Where there is nothing to give back, nothing moves.
    expect(await says(`${GIVE_BACK} again`)).toEqual(['$ top', 'back again']);
  });

  it('joins no more marks to a character than can be seen', async () => {
    const { says, terminal } = aPane(true);
    await says(`e\u0301 a${'\u0301'.repeat(5_000)}`);
    const grid = new CellGrid(40, 6);
    terminal.emulator.draw(terminal.emulator.screenTop(), grid, {
      x: 0,
      y: 0,
      columns: 40,
      rows: 6,
    });
    expect(Math.max(...grid.chars.map((char) => char.length))).toBeLessThan(20);
  });
});
