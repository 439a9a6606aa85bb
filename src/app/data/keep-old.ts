import type { Failure } from '../../events/failure.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext, DataTarget } from './context.ts';
import { removeSnapshot } from './repository.ts';
import { forgetOld, takeSnapshot } from './take-snapshot.ts';

/** What was put in the place of the data, and what was there. */
export interface Replaced<T> {
  readonly value: T;
  /** Name of the snapshot of what was there; undefined where none was taken. */
  readonly kept: string | undefined;
}

/**
 * Saves what is there, then replaces it. Where that fails before the data is touched, the snapshot goes
 * again: else a dump that cannot be loaded, tried three times, would take the place of those that somebody needs.
 * @param replace calls `onSwap` when the data is about to be another.
 */
export async function whileKept<T>(
  target: DataTarget,
  keepsOld: boolean,
  context: DataContext,
  replace: (onSwap: () => void) => Promise<Result<T, Failure>>,
): Promise<Result<Replaced<T>, Failure>> {
  const { located, world } = context;
  const taken = keepsOld
    ? await takeSnapshot({ target, name: undefined, reason: 'restore' }, context)
    : undefined;
  if (taken?.ok === false) {
    if (taken.failure.reason === 'interrupted') return taken;
    const what = `what is in ${target.service} could not be saved first: ${taken.failure.what}`;
    const cure = '--no-snapshot goes on without; then what is there is lost';
    return fail({ ...taken.failure, what, cure });
  }
  const swap = { isBegun: false };
  const replaced = await replace(() => {
    swap.isBegun = true;
  });
  // Where it cannot be removed, there is one snapshot more than is needed.
  if (taken !== undefined && !swap.isBegun) {
    removeSnapshot(taken.value, located.places, world.files);
  } else if (replaced.ok) forgetOld(target.service, context);
  return replaced.ok ? ok({ value: replaced.value, kept: taken?.value.name }) : replaced;
}
