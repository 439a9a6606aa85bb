import { Option } from 'commander';
import type { Command } from 'commander';
import type { Located } from '../app/project/locate.ts';
import type { Failure } from '../events/failure.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface DashOptions {
  readonly tmux?: boolean;
  /** Internal: be the background process that holds the panes. */
  readonly serve?: boolean;
  /** Internal: only this pane, for a pane of a real tmux. */
  readonly pane?: string;
}

/** Whether this terminal can show a dashboard at all. */
export function canShowDashboard({ world }: Pick<Invocation, 'world'>): boolean {
  const { terminal, host } = world;
  return terminal.interactive && terminal.stdout.isTty && host.environment['TERM'] !== 'dumb';
}

/**
 * Opens the dashboard on this terminal; comes back when the person leaves it.
 * @returns the exit status. Call it only where `canShowDashboard`.
 */
export async function openDashboard(
  { world, globals, signal }: Invocation,
  located: Located,
  show: { readonly window?: string; readonly pane?: string } = {},
): Promise<number> {
  const [{ attachDashboard }, console, { sockets, startBackground }] = await Promise.all([
    import('../dash/attach.ts'),
    world.console(),
    world.live(),
  ]);
  const self = ['--project', located.root, '--context', globals.context];
  const logFile = located.places.dashboard.log;
  const shown = await attachDashboard(
    {
      places: located.places,
      window: show.window,
      pane: show.pane,
      signal,
    },
    {
      console,
      sockets,
      clock: world.clock,
      host: world.host,
      startHost: () => {
        // A project that was cleaned is not begun again by a log of it.
        if (!world.files.isDirectory(located.places.state)) return;
        startBackground([...self, 'dash', '--serve'], { logFile, log: 'append' });
      },
      firstFrame: async () => {
        const { firstFrame } = await import('../dash/first-frame.ts');
        const { context } = globals;
        return firstFrame({ located, context, ...show }, world);
      },
    },
  );
  if (!shown.ok) return printFailures({ world, globals }, [shown.failure]);
  const { status, text } = shown.value;
  if (text !== undefined && !globals.quiet) world.terminal.stderr.write(`${text}\n`);
  return status;
}

async function serve(invocation: Invocation, located: Located): Promise<number> {
  const { world, globals, signal } = invocation;
  const [{ serveDashboard }, systems, { sockets }] = await Promise.all([
    import('../dash/serve.ts'),
    world.dashboard(),
    world.live(),
  ]);
  const request = { located, context: globals.context, signal };
  const served = await serveDashboard(request, { ...world, ...systems, sockets });
  if (!served.ok) return printFailures(invocation, [served.failure]);
  // Programs of panes that ignore the hang-up do not hold us: the process ends with its command.
  return 0;
}

async function act(
  invocation: Invocation,
  window: string | undefined,
  options: DashOptions,
): Promise<number> {
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  if (options.serve === true) return serve(invocation, located.value);
  if (!canShowDashboard(invocation)) return printFailures(invocation, [NO_TERMINAL]);
  if (!invocation.world.files.exists(located.value.places.session.socket)) {
    return printFailures(invocation, [NOTHING_RUNS]);
  }
  const show = {
    ...(window === undefined ? {} : { window }),
    ...(options.pane === undefined ? {} : { pane: options.pane }),
  };
  if (options.tmux === true) {
    const { openTmux } = await import('../dash/tmux.ts');
    return openTmux(located.value, invocation.globals.context, invocation.world);
  }
  return openDashboard(invocation, located.value, show);
}

const NO_TERMINAL: Failure = {
  reason: 'usage',
  what: 'the dashboard needs a terminal',
  why: 'stdin or stdout is none, or TERM is dumb',
  cure: 'dev watch, dev logs -f and dev status print plain lines',
};

const NOTHING_RUNS: Failure = {
  reason: 'service',
  what: 'no session of this project runs, so there is nothing to show',
  cure: 'dev up',
};

export function declareDash(program: Command, run: RunUseCase): void {
  program
    .command('dash')
    .description('the dashboard: logs, shells, checks and the state of everything, side by side')
    .argument('[window]', 'name or number of the window to begin with')
    .option('--tmux', 'the same windows and panes in a real tmux')
    .addOption(new Option('--serve', 'hold the panes, in the background').hideHelp())
    .addOption(new Option('--pane <window/index>', 'only this pane').hideHelp())
    .action((window: string | undefined, options: DashOptions, command: Command) =>
      run(command, (invocation) => act(invocation, window, options)),
    );
}
