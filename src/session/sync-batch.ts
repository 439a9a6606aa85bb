import { dirname } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { CopiedFile } from '../ports/engine-containers.ts';
import type { SyncMatch, SyncRule } from '../watch/sync-rules.ts';

/** What a change of files asks of a service's containers. */
export interface SyncBatch {
  /** By path in the container: what is copied there. */
  readonly copies: ReadonlyMap<string, Omit<CopiedFile, 'to'>>;
  /** Paths in the container of what is gone. */
  readonly removals: ReadonlySet<string>;
  /** Paths in the container of files in whose place there is a folder now. */
  readonly replaced: ReadonlySet<string>;
  /** Services to restart. */
  readonly restarts: ReadonlySet<string>;
  /** Rules whose command is to run. */
  readonly execs: readonly SyncRule[];
  readonly rebuild: boolean;
}

/** What did not get into the containers of a service. */
export interface Unsynced {
  readonly failure: Failure;
  /** Absolute paths on this machine of files that were not copied. */
  readonly copies: ReadonlySet<string>;
  /** Whether what is gone is still there. */
  readonly removals: boolean;
}

/** Absolute path on this machine → the rules that it concerns. */
export type SyncChanges = ReadonlyMap<string, readonly SyncMatch[]>;

/** What lies at an absolute path of this machine. */
export type KindOf = (path: string) => 'file' | 'directory' | 'gone';

/** What a change of files asks of one service. A path may be meant by several rules. */
export function batchOf(changes: SyncChanges, kindOf: KindOf): SyncBatch {
  const copies = new Map<string, Omit<CopiedFile, 'to'>>();
  const removals = new Set<string>();
  const replaced = new Set<string>();
  const restarts = new Set<string>();
  const execs = new Set<SyncRule>();
  let rebuild = false;
  for (const [path, matches] of changes) {
    const kind = kindOf(path);
    for (const { rule, to } of matches) {
      if (rule.action === 'rebuild') rebuild = true;
      if (rule.action === 'restart' || rule.action === 'sync+restart') {
        for (const one of [rule.service, ...rule.restartsWith]) restarts.add(one);
      }
      if (rule.action === 'sync+exec') execs.add(rule);
      if (to === undefined) continue;
      if (kind === 'file') {
        // A rule may be about a single file.
        const within = path === rule.path ? dirname(path) : rule.path;
        copies.set(to, { from: path, within });
      } else if (kind === 'gone') removals.add(removed(rule, path, to, kindOf));
      else replaced.add(to);
    }
  }
  return { copies, removals, replaced, restarts, execs: [...execs], rebuild };
}

/** Of changes those that a service's containers still lack. An image is not built again for them. */
export function unsyncedOf(
  changes: SyncChanges,
  { copies, removals }: Unsynced,
  kindOf: KindOf,
): SyncChanges {
  const left = [...changes].flatMap(([path, matches]) => {
    if (!copies.has(path) && !(removals && kindOf(path) === 'gone')) return [];
    const own = matches.filter(({ to }) => to !== undefined);
    return own.length === 0 ? [] : [[path, own] as const];
  });
  return new Map(left);
}

/** With a folder that is gone goes what the container has of it; never the rule's own folder. */
function removed(rule: SyncRule, path: string, to: string, kindOf: KindOf): string {
  let [gone, target] = [path, to];
  for (
    let folder = dirname(gone);
    folder.startsWith(`${rule.path}/`) && kindOf(folder) === 'gone';
    folder = dirname(gone)
  ) {
    [gone, target] = [folder, dirname(target)];
  }
  return target;
}
