import type { ProgressDisplay } from '../adapters/progress-display.ts';
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
