import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import type { DashboardWindow } from '../views/dashboard/scene.ts';
import type { LayoutName } from '../views/dashboard/layout.ts';
import type { Located } from '../app/project/locate.ts';
import { oneLine } from '../util/terminal-text.ts';
import { devArgv } from './dev-argv.ts';
import { readDashboardProject } from './read-project.ts';

const TMUX_LAYOUTS: Readonly<Record<LayoutName, string>> = {
  tiled: 'tiled',
  rows: 'even-vertical',
  columns: 'even-horizontal',
  'main-left': 'main-vertical',
  'main-top': 'main-horizontal',
};

/** The tmux session of a project's folder. tmux gives dots and colons a meaning of their own. */
export const tmuxSession = (instance: string): string =>
  `onestack-${instance.replaceAll(/[.:#]/g, '-')}`;

/**
 * The commands that build the windows and panes in tmux. Every pane of tmux shows one of the
 * dashboard's panes alone: the very same terminals as in the dashboard itself.
 */
export function tmuxCommands(
  session: string,
  windows: readonly DashboardWindow[],
  self: readonly string[],
  size: { readonly columns: number; readonly rows: number },
): readonly (readonly string[])[] {
  const show = (window: string, index: number): readonly string[] => [
    ...self,
    'dash',
    '--pane',
    `${window}/${index}`,
  ];
  const commands = windows.flatMap((window, at): readonly (readonly string[])[] => {
    const target = `=${session}:${at}`;
    const place = ['-x', String(size.columns), '-y', String(size.rows)];
    const open =
      at === 0
        ? ['new-session', '-d', '-s', session, ...place, '-n', tmuxName(window.name)]
        : ['new-window', '-d', '-t', target, '-n', tmuxName(window.name)];
    const count = window.kind === 'panes' ? window.panes.length : 1;
    const layout = TMUX_LAYOUTS[window.kind === 'panes' ? window.layout : 'tiled'];
    const arrange = ['select-layout', '-t', target, layout];
    return [
      // Windows are numbered from 0, whatever the person's configuration says.
      [...open, ...show(window.name, 0)],
      ...(at === 0 ? [['move-window', '-t', target]] : []),
      ...Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1).flatMap(
        (index) => [['split-window', '-t', target, ...show(window.name, index)], arrange],
      ),
      // Each split makes the new pane the active one, so that they follow one another; back to the first.
      ['select-pane', '-t', `${target}.{top-left}`],
    ];
  });
  return commands.map((argv) => argv.map(wholeWord));
}

/** A window's name for tmux, which runs `#(…)` in names, on the host, and takes `#[…]` for colours. */
const tmuxName = (name: string): string => oneLine(name).replaceAll('#', '').trim() || 'window';

/** tmux takes a word that ends in a semicolon for the end of its command. */
const wholeWord = (word: string): string => word.replace(/;$/, '\\;');

/** Opens the project's windows in a real tmux, or attaches to the one where they are open already. */
export async function openTmux(
  located: Located,
  context: Context,
  world: Pick<World, 'files' | 'host' | 'clock' | 'processes' | 'terminal'>,
): Promise<number> {
  const { processes, terminal, host } = world;
  const session = tmuxSession(located.instance);
  const known = await processes.run(['tmux', 'has-session', '-t', `=${session}`]);
  if (known.status === 127) {
    terminal.stderr.write('error: there is no tmux on this machine\n  fix: apt install tmux\n');
    return 3;
  }
  if (known.status !== 0) {
    const { windows } = readDashboardProject(located, context, world);
    const self = devArgv(host, { root: located.root, context });
    const size = { columns: terminal.stdout.columns(), rows: 40 };
    for (const args of tmuxCommands(session, windows, self, size)) {
      const done = await processes.run(['tmux', ...args]);
      if (done.status === 0 || args[0] === 'move-window') continue;
      terminal.stderr.write(`error: tmux ${args[0] ?? ''}: ${done.stderr}`);
      return 1;
    }
  }
  // Inside of tmux one switches; a tmux within tmux helps nobody.
  const enter = (host.environment['TMUX'] ?? '') === '' ? 'attach-session' : 'switch-client';
  return processes.interactive(['tmux', enter, '-t', `=${session}`]);
}
