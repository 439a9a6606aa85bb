import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { colorValue, isRgb } from '../../src/util/cell-grid.ts';
import { MESSAGE } from '../../src/dash/wire.ts';
import { encodeFrame } from '../../src/util/frames.ts';
import { localSockets } from '../../src/adapters/local-sockets.ts';
import { findProcesses, parentOf } from '../support/find-process.ts';
import { fakeSession } from '../support/fake-session.ts';
import type { FakeSession } from '../support/fake-session.ts';
import { openScreen } from '../support/pty-screen.ts';
import type { Screen, ScreenOptions } from '../support/pty-screen.ts';
import { REPOSITORY, rigForTest } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = `${REPOSITORY}/dist/main.js`;
const BASH = "PS1='pane> ' bash --norc --noprofile -i";

function dashboardPlace(rig: Rig): { readonly socket: string; readonly key: string } {
  const { dashboard, socketKey } = rig.places();
  return { socket: dashboard.socket, key: socketKey };
}

interface Bench {
  readonly rig: Rig;
  readonly session: FakeSession;
  readonly open: (args?: readonly string[], options?: ScreenOptions) => Promise<Screen>;
}

/** A project whose panes are programs of the host, and a session that does as it is told. */
async function bench(windows: readonly string[]): Promise<Bench> {
  const rig = rigForTest({ files: { 'dev.yaml': ['name: x', 'windows:', ...windows].join('\n') } });
  expect((await rig.dev(['trust'])).status).toBe(0);
  const session = await fakeSession(rig.directory, rig.name);
  const at = Date.now();
  session.emit({
    kind: 'session-started',
    pid: 1,
    project: rig.name,
    root: rig.directory,
    context: 'dev',
    version: '0',
    at,
    save: 0,
  });
  // The host of the panes ends with its session.
  onTestFinished(() => session.close());
  return {
    rig,
    session,
    open: (args = [], options = {}) =>
      openScreen([process.execPath, MAIN, 'dash', ...args], {
        cwd: rig.directory,
        columns: 100,
        rows: 24,
        ...options,
      }),
  };
}

const window = (name: string, layout: string, ...commands: string[]): string =>
  `  - { name: ${name}, layout: ${layout}, panes: [${commands
    .map((run) => `{ command: ${JSON.stringify(run)}, in: host }`)
    .join(', ')}] }`;

const screens: Screen[] = [];
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});

describe('the dashboard', () => {
  it('lays panes out, passes keys to the focused one, and follows a resize', async () => {
    const { open } = await bench([window('one', 'columns', BASH, 'echo right; exec sleep 100')]);
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
    screen.close();
  });

  it('keeps colours, wide and combining characters as they are', async () => {
    const text =
      "printf '\\033[38;2;255;100;3mfire\\033[0m \\u6f22\\u5b57e\\u0301|\\n'; exec sleep 100";
    const { open } = await bench([window('one', 'columns', `bash -c ${JSON.stringify(text)}`)]);
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
    screen.close();
  });

  it('runs full-screen programs', async () => {
    const { open, rig } = await bench([window('one', 'columns', 'exec less -N lines.txt')]);
    rig.write('lines.txt', Array.from({ length: 500 }, (_, at) => `line ${at + 1}`).join('\n'));
    const screen = await open();
    await screen.until('the first page', /1 line 1$/m);
    screen.send('G');
    await screen.until('the last page', /500 line 500$/m);
    screen.close();
  });

  it('gives programs the mouse and the arrow keys that they ask for', async () => {
    const asks = "stty raw -echo; printf '\\033[?1002h\\033[?1006h\\033[?1hready'; exec cat -v";
    const { open } = await bench([window('one', 'columns', 'echo left; exec sleep 100', asks)]);
    const screen = await open();
    await screen.until('the program', /│ready/);
    // Its pane begins in column 52 and row 2.
    screen.send('\x1b[<0;53;4M\x1b[<32;54;4M\x1b[<0;54;4m\x1b[A');
    await screen.until('all of it', /ready\^\[\[<0;2;3M\^\[\[<32;3;3M\^\[\[<0;3;3m\^\[OA/);
    screen.close();
  });

  it('has borders that the mouse moves', async () => {
    const { open } = await bench([
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
    screen.close();
  });

  it('walks windows and panes by tmux’ keys, zooms and resizes', async () => {
    const { open } = await bench([
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
    screen.close();
  });

  it('searches with next, previous and context, in a pane and over all', async () => {
    const { open } = await bench([
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
    screen.close();
  });

  it('copies to the clipboard what was selected, by keys and by mouse', async () => {
    const { open } = await bench([window('one', 'columns', 'echo alpha beta; exec sleep 100')]);
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
    screen.close();
  });

  it('is left and found again as it was, by several people at once', async () => {
    const { open } = await bench([
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

  it('shows state and problems, and sends what is asked of the session', async () => {
    const { open, session } = await bench([window('one', 'columns', BASH)]);
    const at = Date.now();
    const checks = [{ check: 'compile' as const, enabled: true, daemon: false }];
    const api = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks };
    session.emit({ kind: 'modules', watch: true, modules: [api], at, save: 0 });
    const service = { service: 'api', state: 'running' as const, health: 'healthy' as const };
    session.emit({ kind: 'service-state', ...service, since: at - 65_000, at, save: 0 });
    const screen = await open(['overview']);
    await screen.until('the row', /● api +healthy +1m/);
    session.emit({
      kind: 'check-finished',
      module: 'api',
      check: 'compile',
      run: 1,
      save: 3,
      outcome: 'failed',
      at,
      durationMs: 1234,
      diagnostics: [
        {
          file: 'api/main.ts',
          line: 3,
          column: 5,
          severity: 'error',
          message: 'wrong',
          source: 'tsc',
        },
      ],
      diagnosticsOmitted: 0,
      tail: [],
    });
    await screen.until('its check', /✗ 1\.2s \d+s ago #3/);
    screen.send('c');
    await waitFor('the intent', () => session.intents.some(({ kind }) => kind === 'run-check'));
    screen.send('2');
    await screen.until('the problem', /api compile +api\/main\.ts:3:5 +wrong/);
    screen.send(':reset data of api\r');
    await screen.until('the question', /Remove all data of api/);
    screen.send('y');
    await waitFor('the intent', () => session.intents.some(({ kind }) => kind === 'reset-data'));
    screen.close();
  });

  it('opens the editor at the problem’s line, and goes back when it ends', async () => {
    const { open, session, rig } = await bench([window('one', 'columns', BASH)]);
    rig.write('main.ts', Array.from({ length: 80 }, (_, at) => `row ${at + 1}`).join('\n'));
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file: 'main.ts', line: 60, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const screen = await open(['problems'], { env: { EDITOR: 'less', VISUAL: undefined } });
    await screen.until('the problem', /main\.ts:60:1 +odd/);
    screen.send('e');
    await screen.until('the editor at the line', /^row 60$/m);
    screen.send('q');
    await screen.until('the problems again', /main\.ts:60:1 +odd/);
    screen.close();
  });

  it('opens files of any name in the person’s own editor, whatever a client names', async () => {
    const { open, session, rig } = await bench([window('one', 'columns', BASH)]);
    // As code in a module would have it: its checks say which files have problems.
    const file = '-c!touch owned\n+q $(touch owned);touch owned.ts';
    rig.write(file, 'row\n');
    rig.write('edit', `#!/bin/sh\nfor word; do printf '<%s>' "$word"; done >edited\nsleep 60\n`);
    chmodSync(rig.path('edit'), 0o755);
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file, line: 1, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const env = { EDITOR: `${rig.path('edit')} --wait`, VISUAL: undefined };
    const screen = await open(['problems'], { env });
    await screen.until('the problem', /:1:1 +odd/);
    const { socket, key } = dashboardPlace(rig);
    await waitFor('the host of the panes', () => Promise.resolve(existsSync(socket)));

    // Somebody who has even the key, with programs of his own; and the key pressed.
    const environment = { TERM: 'xterm-256color', EDITOR: 'touch owned', VISUAL: 'touch owned' };
    const hello = { columns: 120, rows: 40, window: 'problems', environment };
    const client = connect(socket);
    let drawn = '';
    client.on('data', (bytes: Buffer) => {
      drawn += bytes.toString('utf8');
    });
    client.write(
      Buffer.concat([readFileSync(key), encodeFrame(MESSAGE.hello, JSON.stringify(hello))]),
    );
    await waitFor('its screen', () => Promise.resolve(drawn.includes('odd')));
    client.write(encodeFrame(MESSAGE.input, 'e'));
    const edited = (): string => (existsSync(rig.path('edited')) ? rig.read('edited') : '');
    await waitFor('the editor', () => Promise.resolve(edited().endsWith('.ts>')));
    expect(edited()).toBe(`<--wait><+1><${rig.path(file)}>`);
    expect(existsSync(rig.path('owned'))).toBe(false);
    client.destroy();
    screen.close();
  });

  it('hears nobody without the key', async () => {
    const { open, session, rig } = await bench([window('one', 'columns', BASH)]);
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file: 'main.ts', line: 60, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const screen = await open(['problems']);
    await screen.until('the problem', /main\.ts:60:1 +odd/);

    const environment = { TERM: 'xterm-256color' };
    const hello = { columns: 120, rows: 40, window: 'problems', environment };
    const greeting = encodeFrame(MESSAGE.hello, JSON.stringify(hello));
    const { socket, key } = dashboardPlace(rig);
    // What is shown first, the client draws by itself.
    await waitFor('the host of the panes', () => Promise.resolve(existsSync(socket)));
    const stranger = connect(socket);
    const heard: Buffer[] = [];
    stranger.on('data', (bytes: Buffer) => heard.push(bytes)).on('error', () => undefined);
    stranger.write(greeting);
    await new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    expect(heard).toEqual([]);

    const client = connect(socket);
    let drawn = '';
    client.on('data', (bytes: Buffer) => {
      drawn += bytes.toString('utf8');
    });
    client.write(Buffer.concat([readFileSync(key), greeting]));
    await waitFor('its screen', () => Promise.resolve(drawn.includes('odd')));
    client.destroy();
    screen.close();
  });

  it('works in little room', async () => {
    const { open } = await bench([
      window('one', 'tiled', BASH, 'echo b; exec sleep 9', 'echo c; exec sleep 9'),
    ]);
    const screen = await open([], { columns: 30, rows: 7 });
    await screen.until('the shell', /^pane>/m);
    screen.send('echo $((6 * 7))\r');
    await screen.until('its answer', /42/);
    screen.resize(9, 2);
    screen.resize(60, 14);
    await screen.until('all panes', /│b[^]*^c/m);
    screen.close();
  });

  it('keeps up with a flood, and keys are still taken', async () => {
    // It goes on until the shell beside it has answered, and been seen to.
    const flood = 'until [ -e enough ]; do seq -f "flood %.0f" 20000; done; echo the last line';
    const { open } = await bench([window('one', 'columns', BASH, flood)]);
    const screen = await open();
    await screen.until('the flood', /│flood \d+/);
    screen.send('echo hello $((40 + 2))\r');
    await screen.until('the shell’s answer in the middle of it', /^hello 42 +│flood/m);
    screen.send('touch enough\r');
    await screen.until('the end of it', /│the last line/, 60_000);
    screen.close();
  });

  it('comes back by itself when the host of the panes is killed, and says so', async () => {
    const { open, rig } = await bench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>/m);
    screen.send('echo before\r');
    await screen.until('its answer', /^before/m);
    const [host = 0] = findProcesses(rig.directory, '--serve');
    process.kill(host, 'SIGKILL');
    await screen.until('what happened', /was killed: their programs were started again/);
    screen.send('clear; echo $((40 + 2))\r');
    await screen.until('the new shell', (now) => now.rows()[1]?.startsWith('42') === true);
    screen.send('\x02d');
    expect(await screen.exited).toBe(0);
  });

  it('ends with a plain message when the host says what cannot be understood', async () => {
    const { rig, open } = await bench([window('one', 'columns', BASH)]);
    const host = await localSockets.listen(dashboardPlace(rig), (connection) => {
      connection.onData(() => void connection.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    onTestFinished(() => (host.ok ? host.value?.close() : undefined));
    const screen = await open();
    expect(await screen.exited).toBe(1);
    expect(screen.text()).toMatch(/cannot be understood[^]*fix: dev down, then dev up/);
  });

  it('says when the session is gone, and when it is back', async () => {
    const { open, session, rig } = await bench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>[^]*watching/m);
    session.vanish();
    await screen.until('that it is gone', /no session: dev up starts it again/);
    screen.send('echo $((40 + 2))\r');
    await screen.until('the shell all the same', /^42/m);
    const next = await fakeSession(rig.directory, rig.name);
    onTestFinished(() => next.close());
    await screen.until('that it is back', /watching · C-b \? help/);
    screen.close();
  });

  it('says when the environment is stopped', async () => {
    const { open, session } = await bench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>/m);
    session.close();
    expect(await screen.exited).toBe(0);
    expect(screen.text()).toContain('the environment was stopped');
  });
});

describe('the terminal is given back', () => {
  /** A shell on a terminal, the dashboard in it, and what the shell sees after `end`. */
  async function afterwards(
    end: (pid: number, screen: Screen) => void | Promise<void>,
    env: ScreenOptions['env'] = {},
  ): Promise<void> {
    const { rig } = await bench([window('one', 'columns', BASH)]);
    const screen = await openScreen(['bash', '--norc', '--noprofile'], {
      cwd: rig.directory,
      env: { PS1: 'outer> ', ...env },
      columns: 100,
      rows: 24,
    });
    await screen.until('the outer shell', /outer> /);
    screen.send(
      `stty -a > before; ${process.execPath} ${MAIN} dash; stty -a > after; touch over\r`,
    );
    await screen.until('the dashboard', /^pane>/m);
    const [pid = 0] = findProcesses(MAIN, 'dash').filter((one) => parentOf(one) === screen.pid);
    await end(pid, screen);
    await waitFor('the outer shell again', () => existsSync(rig.path('over')));
    expect(rig.read('after')).toBe(rig.read('before'));
    // After a kill the shell can be quicker than the guardian: what it says first then goes with the
    // screen that it was written to.
    await waitFor('the screen', () => !screen.emulator.modes().alternateScreen);
    await waitFor('the cursor', () => screen.emulator.cursor() !== undefined);
    expect(screen.emulator.modes().mouse).toBe('none');
    screen.send('\recho typed\r');
    await screen.until('an echo of what is typed', /outer> echo typed\ntyped/);
    screen.close();
  }

  it('after leaving it', () => afterwards((_pid, screen) => screen.send('\x02d')));
  it('after SIGTERM', () => afterwards((pid) => void process.kill(pid, 'SIGTERM')));
  it('after SIGINT', () => afterwards((pid) => void process.kill(pid, 'SIGINT')));
  it('after SIGKILL', () => afterwards((pid) => void process.kill(pid, 'SIGKILL')));

  it.each([
    ['an exception', 'throw new Error("out of luck")'],
    ['a rejection', 'Promise.reject(new Error("out of luck"))'],
  ])('after a crash by %s, which is explained', (_what, crash) =>
    afterwards(
      async (pid, screen) => {
        process.kill(pid, 'SIGUSR2');
        await screen.until(
          'the explanation',
          /error: dev has crashed: Error: out of luck\n +why: [^]*\n +fix: .*--verbose/,
        );
      },
      // A bug of ours, put in from outside: Node runs this before the program.
      {
        NODE_OPTIONS: `--import="data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(crash)}})"`,
      },
    ),
  );

  it('while it is suspended, and taken again when it is resumed', () =>
    afterwards(async (pid, screen) => {
      process.kill(pid, 'SIGTSTP');
      await screen.until('the outer shell', /Stopped/);
      expect(screen.emulator.modes().alternateScreen).toBe(false);
      // Only the foreground is told of this.
      screen.resize(70, 18);
      screen.send('fg\r');
      await screen.until('the dashboard again', /^pane>[^]*0:overview/m);
      screen.send(`until [ "$(stty size)" = '16 70' ]; do sleep 0.1; done; echo fi''ts\r`);
      await screen.until('its new size', /^fits$/m);
      screen.send('\x02d');
      // `fg` ran after the line had gone on: look again.
      await screen.until('the outer shell', /goes on running/);
      screen.resize(100, 24);
      screen.send('stty -a > after; echo once mo""re\r');
      await screen.until('the second look', /^once more$/m);
    }));
});

describe('without a terminal', () => {
  it('is not tried', async () => {
    const { rig } = await bench([window('one', 'columns', BASH)]);
    const ran = await rig.dev(['dash']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('needs a terminal');
    const dumb = await openScreen([process.execPath, MAIN, 'dash'], {
      cwd: rig.directory,
      env: { TERM: 'dumb' },
    });
    expect(await dumb.exited).toBe(2);
    expect(dumb.output()).not.toContain('\x1b[?1049h');
  });

  it('nor without a session', async () => {
    const rig = rigForTest({ files: { 'dev.yaml': 'name: x\n' } });
    const screen = await openScreen([process.execPath, MAIN, 'dash'], { cwd: rig.directory });
    expect(await screen.exited).toBe(1);
    expect(screen.text()).toContain('dev up');
  });
});
