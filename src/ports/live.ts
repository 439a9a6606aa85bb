import type { StartBackground } from './background.ts';
import type { CheckLogs } from './check-logs.ts';
import type { EventLog } from './event-log.ts';
import type { Sockets } from './sockets.ts';
import type { FileLooks, Watcher } from './watcher.ts';

/** The outside systems of the session: what only it, and what speaks to it, needs. */
export interface Live {
  /** Loads with its first use: commands that only speak to a session watch nothing. */
  watcher(): Promise<Watcher>;
  readonly looks: FileLooks;
  readonly sockets: Sockets;
  /**
   * Logs of checks' last failed runs.
   * @param directory absolute
   * @param onTrouble told when they cannot be written, and with undefined when they can again.
   */
  checkLogs(directory: string, onTrouble: (error: Error | undefined) => void): CheckLogs;
  /** @param onTrouble told when it cannot be written, and with undefined when it can again. */
  eventLog(path: string, onTrouble: (error: Error | undefined) => void): EventLog;
  readonly startBackground: StartBackground;
  /**
   * Has this process, and all that it starts from now on, have these variables and no others; but for
   * those that say which engine is meant: that is chosen once.
   */
  adoptEnvironment(variables: Readonly<Record<string, string>>): void;
}
