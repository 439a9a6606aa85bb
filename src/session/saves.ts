import { MAX_CHANGE_PATHS } from '../events/session-event.ts';
import type { Clock } from '../ports/clock.ts';
import { affectedModules } from '../watch/affected.ts';
import type { CheckedModule } from './check-loop.ts';
import type { EventBus } from './event-bus.ts';
import type { ChecksByModule } from './switched-on.ts';

/**
 * Why modules are checked: their files changed, a person asks, the settings want it again, or their
 * container is new.
 */
export type SaveCause = 'files' | 'request' | 'settings' | 'container';

export interface SaveRequest {
  readonly cause: SaveCause;
  /** Whose files changed, of the cause `files`: what uses them follows. Otherwise just these. */
  readonly modules: readonly string[];
  /** Those that are meant themselves, not only because of what they use. */
  readonly own: ReadonlySet<string>;
  /** Of each module only these checks. */
  readonly only?: ChecksByModule;
  readonly files?: {
    readonly paths: readonly string[];
    /** Epoch milliseconds of the first event of them. */
    readonly firstAt: number;
    /** Epoch milliseconds of the last one. */
    readonly lastAt: number;
    /** Files of the definition are among them: what is checked is known once they are read. */
    readonly redefines: boolean;
  };
}

export interface SavesParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly checkable: () => readonly CheckedModule[];
  /** Whether an edit of the definition is being read: `definitionRead` comes. */
  readonly reading: () => boolean;
  /** Begins the checks of a save. */
  readonly begin: (
    save: number,
    modules: readonly string[],
    request: Pick<SaveRequest, 'cause' | 'own' | 'only' | 'files'>,
  ) => void;
}

/** Numbers the saves, tells them, and has them checked. */
export function createSaves({ bus, clock, checkable, reading, begin }: SavesParts) {
  let saves = 0;
  /** Checks of files that changed together with the definition, or while it is read. */
  const postponed: (() => void)[] = [];

  return {
    /** @returns the number of the save. */
    ask: (request: SaveRequest): number => {
      const { cause, modules } = request;
      const now = clock.now();
      const none = { paths: [], firstAt: now, lastAt: now, redefines: false };
      const files = request.files ?? none;
      saves += 1;
      const save = saves;
      const concerned = (): readonly string[] =>
        cause === 'files' ? affectedModules(checkable(), new Set(modules)) : modules;
      const affected = concerned();
      bus.emit({
        kind: 'change',
        save,
        cause,
        paths: files.paths.slice(0, MAX_CHANGE_PATHS),
        total: files.paths.length,
        modules,
        affected,
        firstAt: files.firstAt,
      });
      const beginIt = (names: readonly string[]): void => {
        if (names.length > 0) begin(save, names, request);
      };
      // A module that is not to be checked yet may be by then.
      if (files.redefines || (cause === 'files' && reading())) {
        postponed.push(() => beginIt(concerned()));
      } else {
        beginIt(affected);
      }
      return save;
    },
    /** The definition is read, or found wrong: checks that were to follow it can begin. */
    definitionRead: (): void => {
      for (const beginIt of postponed.splice(0)) beginIt();
    },
  };
}
