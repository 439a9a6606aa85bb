import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import type { SessionState } from '../../state/session-state.ts';

/** The state is written to disk at most this often. */
const STATE_REST_MS = 1_000;

export interface StateFileParts {
  readonly clock: Clock;
  readonly files: Pick<Files, 'isDirectory' | 'writeAtomic'>;
  /** Of the file, absolute. */
  readonly path: string;
  /** The folder that it lies in: where that is gone, nothing is written. */
  readonly folder: string;
  readonly state: () => SessionState;
}

export interface StateFile {
  /** The state is another one than was written. */
  changed(): void;
  write(): void;
  /** Writes what changed, until the signal is aborted. */
  keep(signal: AbortSignal): Promise<void>;
}

/** Keeps the session's state on disk, for those who ask while no session runs. */
export function createStateFile(parts: StateFileParts): StateFile {
  const { clock, files, path, folder } = parts;
  let isOld = false;

  function write(): void {
    if (!files.isDirectory(folder)) return;
    const text = `${JSON.stringify(parts.state())}\n`;
    // Everything waits for this write, saves too.
    files.writeAtomic(path, text, { mode: 0o600, flush: false });
    isOld = false;
  }

  return {
    changed: () => {
      isOld = true;
    },
    write,
    keep: async (signal) => {
      while (!signal.aborted) {
        await clock.sleep(STATE_REST_MS, signal).catch(() => undefined);
        if (isOld) write();
      }
    },
  };
}

/** When the session before this one last told its state, if it was killed: its edits end there. */
export function killedAtMs(
  stateFile: string,
  files: Pick<Files, 'read' | 'modifiedMs'>,
): number | undefined {
  const text = files.read(stateFile);
  try {
    // Written by a session of ours, whole; its end is the last thing that it writes.
    const { session } = JSON.parse((text.ok && text.value) || '{}') as Partial<SessionState>;
    return session?.state === 'running' ? files.modifiedMs(stateFile) : undefined;
  } catch {
    return undefined;
  }
}
