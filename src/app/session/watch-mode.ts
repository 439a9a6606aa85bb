import type { Happening } from '../../session/event-bus.ts';
import type { FileWatchSink } from '../../watch/file-watch.ts';

/** How files are watched, as the watch tells it. */
export type WatchMode = Parameters<FileWatchSink['onMode']>[0];

const SWITCHED_OFF = 'dev.settings.yaml says watch.enabled: false';

export interface WatchModeTeller {
  is(mode: WatchMode): void;
  /** Whether saves are to start checks. */
  want(wanted: boolean): void;
}

/**
 * Tells how files are watched, and whether that is wanted. They are watched all the same while
 * checks are not wanted: the definition is followed.
 */
export function createWatchModeTeller(emit: (happening: Happening) => void): WatchModeTeller {
  let how: WatchMode | undefined;
  let wanted = true;

  function tell(): void {
    if (how === undefined) return;
    const { mode, reason, entries } = how;
    if (wanted) {
      emit({ kind: 'watching', mode, entries, ...(reason === undefined ? {} : { reason }) });
    } else {
      emit({ kind: 'watching', mode: 'off', entries, reason: SWITCHED_OFF });
    }
  }

  return {
    is: (mode) => {
      how = mode;
      tell();
    },
    want: (now) => {
      if (wanted === now) return;
      wanted = now;
      tell();
    },
  };
}
