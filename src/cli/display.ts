import type { Report } from '../events/progress.ts';
import type { DisplayKind, ProgressDisplay } from '../ports/progress-display.ts';
import { commandsInContext } from '../views/commands-in-context.ts';
import type { Invocation } from './invocation.ts';

/** The display that the options and the terminal ask for; commands in notes are of its context. */
export async function createDisplay({ world, globals }: Invocation): Promise<ProgressDisplay> {
  const display = await world.display(displayKind({ world, globals }));
  const report: Report = (event) => {
    const isNote = event.kind === 'note';
    display.report(
      isNote ? { ...event, text: commandsInContext(event.text, globals.context) } : event,
    );
  };
  return { report, close: () => display.close() };
}

function displayKind({ world, globals }: Pick<Invocation, 'world' | 'globals'>): DisplayKind {
  if (globals.quiet) return 'quiet';
  if (globals.verbose) return 'verbose';
  const isDumb = world.host.environment['TERM'] === 'dumb';
  return world.terminal.stderr.isTty && !isDumb ? 'live' : 'plain';
}

/** Work with a display of its own, which is closed again whatever comes of it. */
export async function withDisplay<T>(
  invocation: Invocation,
  work: (report: Report) => Promise<T>,
): Promise<T> {
  const display = await createDisplay(invocation);
  try {
    return await work(display.report);
  } finally {
    display.close();
  }
}
