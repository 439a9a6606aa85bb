import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capabilitiesOf, editorArgv, prefixKey } from '../../../src/dash/capabilities.ts';
import { tmuxCommands, tmuxSession } from '../../../src/dash/tmux.ts';
import { messageDecoder } from '../../../src/dash/wire.ts';
import { encodeFrame } from '../../../src/util/frames.ts';
import { dashboardWindows } from '../../../src/views/dashboard/derive-windows.ts';

describe('the same windows in tmux', () => {
  it('are made by these commands', () => {
    const windows = dashboardWindows({
      project: {
        modules: [],
        windows: [
          {
            name: 'one',
            layout: 'main-left',
            panes: [{ kind: 'logs', service: 'api' }, { kind: 'tools' }],
          },
        ],
      },
      services: new Map(),
    });
    const size = { columns: 120, rows: 40 };
    const commands = tmuxCommands(tmuxSession('shop.a'), windows, ['dev'], size);
    expect(commands.map((argv) => argv.join(' '))).toEqual([
      'new-session -d -s onestack-shop-a -x 120 -y 40 -n overview dev dash --pane overview/0',
      'move-window -t =onestack-shop-a:0',
      'select-pane -t =onestack-shop-a:0.{top-left}',
      'new-window -d -t =onestack-shop-a:1 -n one dev dash --pane one/0',
      'split-window -t =onestack-shop-a:1 dev dash --pane one/1',
      'select-layout -t =onestack-shop-a:1 main-vertical',
      'select-pane -t =onestack-shop-a:1.{top-left}',
      'new-window -d -t =onestack-shop-a:2 -n problems dev dash --pane problems/0',
      'select-pane -t =onestack-shop-a:2.{top-left}',
    ]);
  });
});

/** Runs tmux's own commands on a server of its own. */
function ownTmux(folder: string): (args: readonly string[]) => string {
  const run = (args: readonly string[]): string =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  onTestFinished(() => {
    run(['kill-server']);
    rmSync(folder, { recursive: true, force: true });
  });
  return run;
}

const hasTmux = ['/usr/bin/tmux', '/usr/local/bin/tmux', '/opt/homebrew/bin/tmux'].some(existsSync);

describe('a window’s name, which is a stranger’s', () => {
  const windowsOf = (names: readonly string[]) =>
    dashboardWindows({
      project: {
        modules: [],
        windows: names.map((name) => ({
          name,
          layout: 'tiled',
          panes: [{ kind: 'logs', service: 'api' }],
        })),
      },
      services: new Map(),
    });

  it.skipIf(!hasTmux)('is text to a real tmux, and runs nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ostest-tmux-'));
    const [pwned, control] = [join(folder, 'pwned'), join(folder, 'control')];
    const tmux = ownTmux(folder);
    const names = [`a#(touch ${pwned})b`, '#[bg=red]c#{pid}', 'd;', '-e', '#', 'f\n\x1b]0;g\x07'];
    const windows = windowsOf(names);
    const [first, ...rest] = windows;
    if (first === undefined) throw new Error('there are windows');
    // The first window's name is given with another command of tmux than the others'.
    const show = [...windows.slice(1, 2), first, ...rest.slice(1)];
    for (const argv of tmuxCommands('t', show, ['sh', '-c', 'sleep 60'], {
      columns: 80,
      rows: 20,
    })) {
      if (argv[0] !== 'move-window') tmux(argv);
    }
    const listed = tmux(['list-windows', '-t', 't', '-F', '#{window_name}']).trim().split('\n');
    expect(listed.filter((name) => !['overview', 'problems'].includes(name))).toEqual([
      `a(touch ${pwned})b`,
      '[bg=red]c{pid}',
      'd;',
      '-e',
      'window',
      'f',
    ]);
    // A name as it was runs its command, while the client that gave it is there.
    const isThere = `until [ -e ${control} ]; do sleep 0.05; done`;
    tmux(['new-window', '-d', '-n', `#(touch ${control})`, ';', 'run-shell', isThere]);
    expect(existsSync(pwned)).toBe(false);
  });
});

describe('what the client’s environment says', () => {
  it('colours', () => {
    const colors = (environment: Record<string, string>) => capabilitiesOf(environment).colors;
    expect(colors({ TERM: 'xterm-256color', COLORTERM: 'truecolor' })).toBe('truecolor');
    expect(colors({ TERM: 'xterm-kitty' })).toBe('truecolor');
    expect(colors({ TERM: 'screen-256color' })).toBe('256');
    expect(colors({ TERM: 'linux' })).toBe('16');
    expect(colors({ TERM: 'vt220' })).toBe('none');
    expect(colors({ TERM: 'xterm-256color', NO_COLOR: '1' })).toBe('none');
  });

  it('how the editor is told a line', () => {
    expect(editorArgv({ EDITOR: 'vim -u NONE' }, '/a', 7)).toEqual([
      'vim',
      '-u',
      'NONE',
      '+7',
      '/a',
    ]);
    expect(editorArgv({ VISUAL: '/usr/bin/code -w' }, '/a', 7).slice(2)).toEqual([
      '--goto',
      '/a:7',
    ]);
    const args = (editor: string) => editorArgv({ EDITOR: editor, HOME: '/me' }, '/a b', 7);
    expect(args("emacsclient -a ''")).toEqual(['emacsclient', '-a', '', '+7', '/a b']);
    expect(args('"/Program Files/subl" -w')).toEqual(['/Program Files/subl', '-w', '/a b:7']);
    expect(args('~/bin/vscodium')).toEqual(['/me/bin/vscodium', '--goto', '/a b:7']);
    expect(args('code-insiders --wait')).toEqual(['code-insiders', '--wait', '--goto', '/a b:7']);
    for (const name of ['hx', 'zed', 'zeditor']) expect(args(name)).toEqual([name, '/a b:7']);
    for (const name of ['idea', 'pycharm.sh', 'webstorm64', 'kate']) {
      expect(args(name)).toEqual([name, '--line', '7', '/a b']);
    }
    // Names that only begin so.
    for (const name of ['codex', 'hxd', 'ideas', 'nano', 'nvim', 'micro', 'kak', 'gedit']) {
      expect(args(name)).toEqual([name, '+7', '/a b']);
    }
    expect(args('   ')).toEqual(['vi', '+7', '/a b']);
    expect(args("''")).toEqual(['vi', '+7', '/a b']);
    expect(editorArgv({ VISUAL: '', EDITOR: '' }, '/a', 7)[0]).toBe('vi');
    expect(editorArgv({}, '/a', 7)[0]).toBe('vi');
  });

  it.each([
    ['vim', ['+call cursor(7,3)', '/a']],
    ['/usr/bin/nvim', ['+call cursor(7,3)', '/a']],
    ['emacsclient', ['+7:3', '/a']],
    ['nano', ['+7,3', '/a']],
    ['code', ['--goto', '/a:7:3']],
    ['hx', ['/a:7:3']],
    ['idea', ['--line', '7', '--column', '3', '/a']],
    ['mate', ['--line', '7', '/a']],
    ['vi', ['+7', '/a']],
    ['less', ['+7', '/a']],
  ])('how %s is told a column, where it can be', (editor, place) => {
    expect(editorArgv({ EDITOR: editor }, '/a', 7, 3)).toEqual([editor, ...place]);
  });

  it('the prefix key, as people write it', () => {
    expect(['C-a', 'Ctrl-A', '^x', 'ctrl+q', 'nonsense'].map(prefixKey)).toEqual([
      'C-a',
      'C-a',
      'C-x',
      'C-q',
      'C-b',
    ]);
  });
});

describe('messages between client and host', () => {
  it('are whole, however they are cut', () => {
    const bytes = Buffer.concat([
      encodeFrame(1, '{}'),
      encodeFrame(11, 'ü'.repeat(300)),
      encodeFrame(13),
    ]);
    for (const size of [1, 4, 5, 100, bytes.length]) {
      const decoder = messageDecoder();
      const messages = [];
      for (let at = 0; at < bytes.length; at += size) {
        messages.push(...decoder.add(bytes.subarray(at, at + size)));
      }
      expect(messages.map(({ type, payload }) => [type, payload.length])).toEqual([
        [1, 2],
        [11, 600],
        [13, 0],
      ]);
    }
  });

  it('that claim to be huge are refused', () => {
    expect(() => messageDecoder().add(Buffer.from([255, 255, 255, 255, 1]))).toThrow();
  });
});
