import type { CheckCancelled, SessionEvent } from '../../events/session-event.ts';
import type { CheckResult } from '../../model/check-result.ts';
import type { CheckKind } from '../../model/checks.ts';

/** A check that did not come to a result. */
export interface Unfinished {
  readonly module: string;
  readonly check: CheckKind;
  readonly reason: CheckCancelled['reason'];
}

export interface CheckCollector {
  take(event: SessionEvent): void;
  /** Whether every check that was asked for has come to its end. */
  readonly done: boolean;
  readonly results: readonly CheckResult[];
  readonly unfinished: readonly Unfinished[];
}

/**
 * Collects what comes of the checks that were asked for with a save. One that a newer save overtook
 * is followed to that save's result: it is the newer one, of the same check.
 */
export function createCheckCollector(save: number): CheckCollector {
  const open = new Set<string>();
  const results = new Map<string, CheckResult>();
  const unfinished = new Map<string, Unfinished>();
  let settled = false;
  const keyOf = (run: { readonly module: string; readonly check: CheckKind }): string =>
    `${run.module}.${run.check}`;

  return {
    take: (event) => {
      if (event.save < save) return;
      switch (event.kind) {
        case 'check-queued':
          if (event.save === save) open.add(keyOf(event));
          break;
        case 'check-finished':
          if (open.delete(keyOf(event))) results.set(keyOf(event), event);
          break;
        case 'check-cancelled':
          if (event.reason === 'overtaken' || !open.delete(keyOf(event))) break;
          unfinished.set(keyOf(event), event);
          break;
        case 'settled':
          settled ||= event.save === save;
          break;
        default:
      }
    },
    get done() {
      return settled && open.size === 0;
    },
    get results() {
      return [...results.values()];
    },
    get unfinished() {
      return [...unfinished.values()];
    },
  };
}
