import { createHash } from 'node:crypto';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { readState, writeState } from '../../generate/state-file.ts';
import type { HookDefinition } from '../../model/hook.ts';
import type { Places } from '../../model/places.ts';
import { isMapping } from '../../model/plain.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';

/**
 * Data became new, and not everything that is to fill it has run. Written before the data is made, so
 * that a kill at any moment leaves it to the next `dev up`.
 */
export interface Pending {
  /** Why: `data of db is reset`. */
  readonly cause: string;
  /** Hooks that have run well for it, as `hookKey` writes them. */
  readonly done: readonly string[];
}

type Place = Pick<Places, 'hooks'>;
type StateWorld = Pick<World, 'files' | 'clock'>;

/** The same for the same command at the same place: one that was put right is another one. */
export function hookKey({ run, in: where }: HookDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([where, run]))
    .digest('hex')
    .slice(0, 24);
}

function parsePending(data: unknown): Pending | undefined {
  if (!isMapping(data)) return undefined;
  const { cause, done } = data;
  if (typeof cause !== 'string' || !Array.isArray(done)) return undefined;
  const keys: readonly unknown[] = done;
  return { cause, done: keys.filter((key) => typeof key === 'string') };
}

export function readPending(
  { hooks }: Place,
  world: StateWorld,
  report: Report,
): Result<Pending | undefined, Failure> {
  return readState(hooks, parsePending, { ...world, report });
}

export function writePending(
  pending: Pending,
  { hooks }: Place,
  { files }: Pick<World, 'files'>,
): Result<void, Failure> {
  return writeState(hooks, pending, files);
}

/** Of the hooks that fill new data, those that have not run well for it. */
export function leftHooks(
  { done }: Pending,
  hooks: readonly HookDefinition[],
): readonly HookDefinition[] {
  return hooks.filter((hook) => hook.event === 'after-reset' && !done.includes(hookKey(hook)));
}

/** Remembers that a hook has run well; when it was the last one, there is nothing left to remember. */
export function rememberDone(
  hook: HookDefinition,
  all: readonly HookDefinition[],
  places: Place,
  world: StateWorld,
  report: Report,
): Result<void, Failure> {
  const read = readPending(places, world, report);
  if (!read.ok) return read;
  const { cause = '', done = [] } = read.value ?? {};
  const pending: Pending = { cause, done: [...done, hookKey(hook)] };
  const isOver = leftHooks(pending, all).length === 0;
  return isOver ? world.files.remove(places.hooks) : writePending(pending, places, world);
}
