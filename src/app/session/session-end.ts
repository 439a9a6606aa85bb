import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';

/** Whether the folder is still there is looked at this often, and at every change. */
const ALIVE_REST_MS = 2_000;

export interface SessionEnd {
  /** Why the session ends, as soon as that is known. */
  readonly ended: Promise<string>;
  /** Aborted by then. */
  readonly signal: AbortSignal;
  readonly stop: (reason: string) => void;
}

/** The end of a session: by a person, or as its process is told to. */
export function createSessionEnd(told: AbortSignal): SessionEnd {
  const ending = new AbortController();
  let stop: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const end = (): void => stop('the process was told to end');
  // It may have been told while the lock was waited for.
  if (told.aborted) end();
  told.addEventListener('abort', end, { once: true });
  void ended.then(() => ending.abort());
  return { ended, signal: ending.signal, stop };
}

export interface Grounds {
  readonly files: Pick<Files, 'isDirectory' | 'exists'>;
  /** The project's folder. */
  readonly root: string;
  /** The session's socket. */
  readonly socket: string;
  readonly stop: (reason: string) => void;
}

/** Ends a session that has nothing to look after any more, or could be neither found nor told to end. */
export function endWithoutGrounds({ files, root, socket, stop }: Grounds): boolean {
  const gone = !files.isDirectory(root)
    ? 'the project’s folder is gone'
    : !files.exists(socket)
      ? 'its socket is gone'
      : undefined;
  if (gone !== undefined) stop(gone);
  return gone !== undefined;
}

/** Looks after the session's grounds until the signal is aborted. */
export async function watchGrounds(
  grounds: Grounds,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && !endWithoutGrounds(grounds)) {
    await clock.sleep(ALIVE_REST_MS, signal).catch(() => undefined);
  }
}
