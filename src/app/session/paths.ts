import { join } from 'node:path';

/** Where a session's files lie in `.dev`. */
export function sessionPaths(devDirectory: string) {
  return {
    socket: join(devDirectory, 'session.sock'),
    lock: join(devDirectory, 'session.lock'),
    /** Events, one a line; `….1` is the older half. */
    log: join(devDirectory, 'logs/session.ndjson'),
    /** What the process itself printed: crashes. */
    output: join(devDirectory, 'logs/session.log'),
    /** The last state, for when no session runs. */
    state: join(devDirectory, 'state/session.json'),
  } as const;
}
