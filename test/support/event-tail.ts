import type { SessionEvent, SessionEventKind } from '../../src/events/session-event.ts';
import type { Rig } from './rig.ts';
import type { Running } from './run-program.ts';
import { waitFor } from './wait-for.ts';

type EventOf<K extends SessionEventKind> = Extract<SessionEvent, { readonly kind: K }>;

/** `dev watch --json` of a rig's project, its events to be waited for. */
export interface EventTail {
  readonly events: () => readonly SessionEvent[];
  /** The first event of the kind that fits, of those after the mark. */
  next<K extends SessionEventKind>(
    kind: K,
    fits?: (event: EventOf<K>) => boolean,
  ): Promise<EventOf<K>>;
  /** Only what comes from now on is looked at. */
  mark(): void;
  /** Writes files, of which at least one is new, and gives the save that they become. */
  save(files: Readonly<Record<string, string>>): Promise<number>;
  /** The same, and waits until all that this very save starts is over. */
  settle(files: Readonly<Record<string, string>>): Promise<EventOf<'settled'>>;
  readonly program: Running;
}

export async function tailEvents(rig: Rig): Promise<EventTail> {
  const program = rig.startDev(['watch', '--json'], { timeoutMs: 600_000 });
  // Ended with the session; a test that fails before that has told enough.
  program.finished.catch(() => undefined);
  const events = (): SessionEvent[] =>
    program
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as SessionEvent);
  let from = 0;
  const tail: EventTail = {
    program,
    events,
    mark: () => {
      from = events().length;
    },
    next: (kind, fits = () => true) =>
      waitFor(
        kind,
        () =>
          events()
            .slice(from)
            .filter((event): event is EventOf<typeof kind> => event.kind === kind)
            .find(fits),
        { everyMs: 20, timeoutMs: 120_000 },
      ).catch((error: unknown) => {
        const last = events()
          .slice(-20)
          .map((event) => JSON.stringify(event).slice(0, 400));
        throw new Error(`${String(error)}; the last events:\n${last.join('\n')}`, { cause: error });
      }),
    save: async (files) => {
      tail.mark();
      for (const [path, text] of Object.entries(files)) rig.write(path, text);
      const change = await tail.next('change', ({ paths }) => paths.some((path) => path in files));
      return change.save;
    },
    settle: async (files) => {
      const number = await tail.save(files);
      return tail.next('settled', (event) => event.save >= number);
    },
  };
  // Attached, and the files are watched.
  await tail.next('watching', ({ mode }) => mode !== 'off');
  return tail;
}
