import type { Failure } from '../events/failure.ts';
import type { ContainerSummary, CopiedFile, FileOwner } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { createContainerOwners } from './container-owners.ts';
import { removeInContainer } from './run-in-container.ts';
import type { SyncBatch, Unsynced } from './sync-batch.ts';

/** Has in a container what this machine has: copies files into it, and removes what is gone. */
export function createSyncCopies(engine: Engine) {
  /** What was to be removed in containers that did not run: container → paths. */
  const missed = new Map<string, Set<string>>();
  const ownerIn = createContainerOwners(engine);

  /** An engine that refuses while it is still being sent to is as silent as one that is gone. */
  async function refusalOf(id: string, failure: Failure): Promise<Failure> {
    if (failure.reason !== 'no-engine' || !(await engine.inspect(id)).ok) return failure;
    return { ...failure, reason: 'service', what: 'the engine ended the copying' };
  }

  /** All in one request; where one of them cannot be copied, the others get there all the same. */
  async function copyFiles(
    id: string,
    files: readonly CopiedFile[],
    owner: FileOwner | undefined,
  ): Promise<Unsynced | undefined> {
    const together = await engine.copyInto(id, files, owner);
    if (together.ok) return undefined;
    const failure = await refusalOf(id, together.failure);
    const only = files.length === 1 || failure.reason === 'no-engine';
    if (only) return { failure, copies: new Set(files.map(({ from }) => from)), removals: false };
    const failed = new Set<string>();
    let first: Failure | undefined;
    for (const file of files) {
      const copied = await engine.copyInto(id, [file], owner);
      if (copied.ok) continue;
      first ??= await refusalOf(id, copied.failure);
      failed.add(file.from);
    }
    return first && { failure: first, copies: failed, removals: false };
  }

  /** What is gone goes; a file makes room for the folder that is in its place. */
  async function removeFrom(
    { id, state }: ContainerSummary,
    { removals, replaced }: SyncBatch,
  ): Promise<Result<void, Failure>> {
    if (state !== 'running') {
      const paths = [...removals, ...replaced];
      if (paths.length > 0) missed.set(id, new Set([...(missed.get(id) ?? []), ...paths]));
      return ok(undefined);
    }
    // Where a folder is in its place already, there is nothing to remove.
    if (replaced.size > 0) await removeInContainer(engine, id, '-f', [...replaced]);
    return removals.size === 0
      ? ok(undefined)
      : removeInContainer(engine, id, '-rf', [...removals]);
  }

  async function into(
    container: ContainerSummary,
    batch: SyncBatch,
  ): Promise<Result<void, Unsynced>> {
    const { id, name } = container;
    const removed = await removeFrom(container, batch);
    for (const to of batch.copies.keys()) missed.get(id)?.delete(to);
    const files = [...batch.copies].map(([to, source]) => ({ ...source, to }));
    const uncopied =
      files.length === 0 ? undefined : await copyFiles(id, files, await ownerIn(container));
    const failure = uncopied?.failure ?? (removed.ok ? undefined : removed.failure);
    if (failure === undefined) return ok(undefined);
    const { why, ...rest } = failure;
    return fail({
      failure: {
        ...rest,
        what: `files could not be synced into ${name}`,
        why: why ?? failure.what,
      },
      copies: uncopied?.copies ?? new Set(),
      removals: !removed.ok,
    });
  }

  return {
    into,
    /** Catches up with what could not be removed while it did not run. */
    started: async (containerId: string): Promise<void> => {
      const paths = missed.get(containerId);
      missed.delete(containerId);
      if (paths !== undefined) await removeInContainer(engine, containerId, '-rf', [...paths]);
    },
  };
}
