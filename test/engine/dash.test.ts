import { describe, expect, it } from 'vitest';
import { colorValue, isRgb } from '../../src/util/cell-grid.ts';
import { BASH, dashBench, window } from '../support/dash-bench.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the dashboard', () => {
  it('lays panes out, passes keys to the focused one, and follows a resize', async () => {
    const { open } = await dashBench([
      window('one', 'columns', BASH, 'echo right; exec sleep 100'),
    ]);
    const screen = await open();
    await screen.until('both panes', /^pane> +│right/m);
    screen.send('echo hello $((40 + 2)); stty size\r');
    await screen.until('the shell’s answer', /^hello 42 +│[^]*^22 50 +│/m);
    screen.resize(80, 12);
    await screen.until(
      'the frame at its new size',
      (now) => now.rows()[11]?.includes('0:overview') === true,
    );
    screen.send('clear; stty size\r');
    await screen.until('the program’s new size', /^10 40 +│/m);
  });

  it('keeps colours, wide and combining characters as they are', async () => {
    const text =
      "printf '\\033[38;2;255;100;3mfire\\033[0m \\u6f22\\u5b57e\\u0301|\\n'; exec sleep 100";
    const { open } = await dashBench([window('one', 'columns', `bash -c ${JSON.stringify(text)}`)]);
    const screen = await open();
    await screen.until('the text', /fire 漢字e\u0301\|/);
    const cells = screen.cells();
    const at = cells.columns; // the row below the title
    expect(cells.chars.slice(at, at + 12).join('.')).toBe('f.i.r.e. .漢..字..e\u0301.|. ');
    expect(isRgb(cells.fg[at] ?? 0)).toBe(true);
    expect(colorValue(cells.fg[at] ?? 0)).toBe(0xff6403);
    const poor = await open([], { env: { COLORTERM: undefined, TERM: 'xterm-256color' } });
    await poor.until('the text', /fire/);
    expect(isRgb(poor.cells().fg[at] ?? 0)).toBe(false);
    poor.close();
  });

  it('runs full-screen programs', async () => {
    const { open, rig } = await dashBench([window('one', 'columns', 'exec less -N lines.txt')]);
    rig.write('lines.txt', Array.from({ length: 500 }, (_, at) => `line ${at + 1}`).join('\n'));
    const screen = await open();
    await screen.until('the first page', /1 line 1$/m);
    screen.send('G');
    await screen.until('the last page', /500 line 500$/m);
  });

  it('gives programs the mouse and the arrow keys that they ask for', async () => {
    const asks = "stty raw -echo; printf '\\033[?1002h\\033[?1006h\\033[?1hready'; exec cat -v";
    const { open } = await dashBench([window('one', 'columns', 'echo left; exec sleep 100', asks)]);
    const screen = await open();
    await screen.until('the program', /│ready/);
    // Its pane begins in column 52 and row 2.
    screen.send('\x1b[<0;53;4M\x1b[<32;54;4M\x1b[<0;54;4m\x1b[A');
    await screen.until('all of it', /ready\^\[\[<0;2;3M\^\[\[<32;3;3M\^\[\[<0;3;3m\^\[OA/);
  });

  it('has borders that the mouse moves', async () => {
    const { open } = await dashBench([
      window('one', 'columns', BASH, 'echo right; exec sleep 100'),
      window('two', 'rows', 'echo upper; exec sleep 100', 'echo lower; exec sleep 100'),
    ]);
    const screen = await open();
    await screen.until('both panes', /^pane> +│right/m);
    screen.send('\x1b[<0;51;5M\x1b[<32;41;6M\x1b[<0;41;6m');
    await screen.until('a narrower pane', (now) => now.rows()[1]?.indexOf('│') === 40);
    screen.send('stty size\r');
    await screen.until('its program knows', /^22 40/m);
    screen.send('\x022');
    await screen.until('the other window', (now) => now.rows()[13]?.startsWith('lower') === true);
    screen.send('\x1b[<0;5;13M\x1b[<32;5;6M\x1b[<0;5;6m');
    await screen.until('a higher pane', (now) => now.rows()[6]?.startsWith('lower') === true);
  });

  it('walks windows and panes by tmux’ keys, zooms and resizes', async () => {
    const { open } = await dashBench([
      window('one', 'columns', 'echo left; exec sleep 100', 'echo right; exec sleep 100'),
      window('two', 'columns', 'echo second; exec sleep 100'),
    ]);
    const screen = await open(['one']);
    await screen.until('window one', /^left +│right/m);
    screen.send('\x02n');
    await screen.until('the next window', /^second/m);
    screen.send('\x02p');
    await screen.until('the previous window', /^left +│right/m);
    screen.send('\x02\x1b[C\x02z');
    await screen.until('the right pane alone', /^right/m);
    screen.send('\x02z\x02\x1b[1;5D');
    await screen.until('a narrower pane', (now) => (now.rows()[1]?.indexOf('│') ?? 0) > 51);
    screen.send('\x02:window two\r');
    await screen.until('a window out of the palette', /^second/m);
    screen.send('\x02?');
    await screen.until('the help', /window by number/);
  });

  it('searches with next, previous and context, in a pane and over all', async () => {
    const { open } = await dashBench([
      window(
        'one',
        'columns',
        'seq -f "line %g" 300; exec sleep 100',
        'echo line of another; exec sleep 100',
      ),
    ]);
    const screen = await open();
    await screen.until('the output', /^line 300/m);
    screen.send('\x02/line 25\r');
    await screen.until('the newest match, with its context', /line 258[^]*line 259[^]*line 260/);
    screen.send('n');
    await screen.until('the next one', (now) => now.text().includes('COPY'));
    screen.send('/line 42\r');
    await screen.until('an older one', /line 41\b[^]*line 42\b[^]*line 43\b/);
    screen.send('q\x02fof another\r');
    await screen.until('the list of results', /“of another”: 1 line ·/);
    screen.send('\r');
    await screen.until('its pane, in copy mode', (now) => /COPY/.test(now.text()));
  });

  it('copies to the clipboard what was selected, by keys and by mouse', async () => {
    const { open } = await dashBench([window('one', 'columns', 'echo alpha beta; exec sleep 100')]);
    const screen = await open();
    await screen.until('the output', /^alpha beta/m);
    const copied = (text: string): string =>
      `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
    screen.send('\x02[ggv$y');
    await screen.until('the message', /copied 10 characters/);
    await waitFor('the sequence', () => screen.output().includes(copied('alpha beta')));
    screen.send('\x1b[<0;1;2M\x1b[<32;3;2M\x1b[<32;5;2M\x1b[<0;5;2m');
    await screen.until('the message', /copied 5 characters/);
    await waitFor('the sequence', () => screen.output().includes(copied('alpha')));
  });

  it('is left and found again as it was, by several people at once', async () => {
    const { open } = await dashBench([
      window('one', 'columns', BASH),
      window('two', 'columns', 'echo second; exec sleep 100'),
    ]);
    const first = await open();
    await first.until('the shell', /^pane>/m);
    first.send('mark=kept\r');
    const second = await open(['two']);
    await second.until('its own window', /^second/m);
    first.send('\x02d');
    expect(await first.exited).toBe(0);
    expect(first.text()).toContain('everything goes on running');
    second.send('\x02' + '1');
    second.send('echo "was $mark"\r');
    await second.until('the same shell', /was kept/);
    second.kill('SIGHUP');
    await second.exited;
    const third = await open();
    await third.until('what the others saw', /was kept/);
    third.close();
  });

  it('works in little room', async () => {
    const { open } = await dashBench([
      window('one', 'tiled', BASH, 'echo b; exec sleep 9', 'echo c; exec sleep 9'),
    ]);
    const screen = await open([], { columns: 30, rows: 7 });
    await screen.until('the shell', /^pane>/m);
    screen.send('echo $((6 * 7))\r');
    await screen.until('its answer', /42/);
    screen.resize(9, 2);
    screen.resize(60, 14);
    await screen.until('all panes', /│b[^]*^c/m);
  });

  it('keeps up with a flood, and keys are still taken', async () => {
    // It goes on until the shell beside it has answered, and been seen to.
    const flood = 'until [ -e enough ]; do seq -f "flood %.0f" 20000; done; echo the last line';
    const { open } = await dashBench([window('one', 'columns', BASH, flood)]);
    const screen = await open();
    await screen.until('the flood', /│flood \d+/);
    screen.send('echo hello $((40 + 2))\r');
    await screen.until('the shell’s answer in the middle of it', /^hello 42 +│flood/m);
    screen.send('touch enough\r');
    await screen.until('the end of it', /│the last line/, 60_000);
  });
});
