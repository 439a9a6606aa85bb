import type { SyncFinished } from '../../events/session-event.ts';
import type { CheckFeed } from './checks-source.ts';
import { notice } from './pane-source.ts';
import type { OpenPaneSource } from './pane-source.ts';

const SHOWN_PATHS = 3;

/** A service's log, and between its lines what `develop.watch` brought into its containers. */
export function withSyncLines(
  open: OpenPaneSource,
  feed: CheckFeed,
  service: string,
): OpenPaneSource {
  return (size, sink) => {
    const source = open(size, sink);
    const stop = feed.onEvent((event) => {
      if (event.kind === 'sync-finished' && event.service === service) {
        sink.write(notice(lineOf(event)));
      }
    });
    return {
      ...source,
      close: () => {
        stop();
        source.close();
      },
    };
  };
}

function lineOf({ done, paths, total, failure }: SyncFinished): string {
  const more = total > SHOWN_PATHS ? ` and ${total - SHOWN_PATHS} more` : '';
  const files = `${paths.slice(0, SHOWN_PATHS).join(', ')}${more}`;
  if (failure !== undefined) return `not synced: ${files} (${failure.what})`;
  return `${done.join(', ')}: ${files}`;
}
