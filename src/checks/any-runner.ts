import { createCheckRunner } from './check-runner.ts';
import type { CheckRunner, RunnerParts } from './check-runner.ts';
import { createDaemonRunner } from './daemon-runner.ts';
import type { DaemonRunner } from './daemon-runner.ts';

export interface AnyRunner extends CheckRunner, Pick<DaemonRunner, 'retain'> {
  /** Ends the commands that watch by themselves. */
  close(): Promise<void>;
}

/** Runs every check in its way: anew each time, or as the answer of a command that stays. */
export function createAnyRunner(parts: RunnerParts): AnyRunner {
  const once = createCheckRunner(parts);
  const daemons = createDaemonRunner(parts);
  return {
    run: (request, signal) => (request.check.daemon ? daemons : once).run(request, signal),
    retain: (checks) => daemons.retain(checks),
    close: () => daemons.close(),
  };
}
