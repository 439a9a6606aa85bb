import type { ProgressDisplay } from '../adapters/progress-display.ts';
import type { Report } from '../events/progress.ts';
import type { Invocation } from './invocation.ts';

/** The display that the options and the terminal ask for; the live one loads only when needed. */
export async function createDisplay({ world, globals }: Invocation): Promise<ProgressDisplay> {
  const { stderr } = world.terminal;
  const { liveDisplay, plainDisplay, quietDisplay } =
    await import('../adapters/progress-display.ts');
  if (globals.quiet) return quietDisplay(stderr);
  const isDumb = world.host.environment['TERM'] === 'dumb';
  if (!stderr.isTty || isDumb || globals.verbose) return plainDisplay(stderr, globals.verbose);
  return liveDisplay(stderr);
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
