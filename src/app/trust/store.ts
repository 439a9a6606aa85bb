import { sha256 } from '../../util/sha256.ts';
import { join } from 'node:path';
import { reachKey, type Reach } from '../../compose/check/reach.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { personFolder } from '../../generate/person-folder.ts';
import { readState, writeState } from '../../generate/state-file.ts';
import { isMapping } from '../../model/plain.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';

/** One list that the person agreed to, as a whole. */
export interface Approval {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** As `reachKey` writes them. */
  readonly reaches: readonly string[];
}

/** What the person agreed to for one folder. */
export interface TrustRecord {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  /** Oldest first. */
  readonly approvals: readonly Approval[];
}

export type TrustStoreWorld = Pick<World, 'files' | 'host' | 'clock'>;

/** Branches with lists of their own stay agreed to; more than these are not remembered. */
const MAXIMUM_APPROVALS = 20;
const PRIVATE = 0o700;
const silent: Report = () => undefined;

const storeFolder = ({ host }: Pick<World, 'host'>): string => join(personFolder(host), 'trust');

/** Where it is written what was agreed to for a folder; absolute. */
export function trustRecordPath(root: string, world: Pick<World, 'host'>): string {
  const name = sha256(root).slice(0, 32);
  return join(storeFolder(world), `${name}.json`);
}

function parseApproval(data: unknown): readonly Approval[] {
  if (!isMapping(data)) return [];
  const { atMs, reaches } = data;
  if (typeof atMs !== 'number' || !Array.isArray(reaches)) return [];
  const keys: readonly unknown[] = reaches;
  if (!keys.every((key) => typeof key === 'string')) return [];
  return [{ atMs, reaches: keys }];
}

function parseRecord(data: unknown): TrustRecord | undefined {
  if (!isMapping(data)) return undefined;
  const { root, approvals } = data;
  if (typeof root !== 'string' || !Array.isArray(approvals)) return undefined;
  return { root, approvals: approvals.flatMap(parseApproval) };
}

function readRecord(
  path: string,
  world: TrustStoreWorld,
): Result<TrustRecord | undefined, Failure> {
  return readState(path, parseRecord, { ...world, report: silent });
}

/** Lists that were agreed to for a folder; none: never asked, or revoked. */
export function approvalsOf(
  root: string,
  world: TrustStoreWorld,
): Result<readonly Approval[], Failure> {
  const record = readRecord(trustRecordPath(root, world), world);
  if (!record.ok) return record;
  // The name is a hash: the root that is written in it decides.
  return ok(record.value?.root === root ? record.value.approvals : []);
}

/** Whether one list that was agreed to holds everything of this one. Parts of two do not count. */
export function isApproved(reaches: readonly Reach[], approvals: readonly Approval[]): boolean {
  if (reaches.length === 0) return true;
  return approvals.some((approval) => {
    const known = new Set(approval.reaches);
    return reaches.every((reach) => known.has(reachKey(reach)));
  });
}

/** Whether the person agreed to this for a folder; no, where that cannot be read. */
export function isTrustedWith(
  reaches: readonly Reach[],
  root: string,
  world: TrustStoreWorld,
): boolean {
  const approvals = approvalsOf(root, world);
  return approvals.ok && isApproved(reaches, approvals.value);
}

/** Remembers that the person agreed to a list. Lists that it contains are forgotten. */
export function approve(
  root: string,
  reaches: readonly Reach[],
  world: TrustStoreWorld,
): Result<void, Failure> {
  const before = approvalsOf(root, world);
  if (!before.ok) return before;
  const keys = new Set(reaches.map(reachKey));
  const others = before.value.filter((one) => one.reaches.some((key) => !keys.has(key)));
  const approval = { atMs: world.clock.now(), reaches: [...keys] };
  const approvals = [...others, approval].slice(-MAXIMUM_APPROVALS);
  const made = world.files.makeDirectory(storeFolder(world), { mode: PRIVATE });
  if (!made.ok) return made;
  return writeState(trustRecordPath(root, world), { root, approvals }, world.files);
}

/** Forgets what was agreed to for a folder. */
export function revoke(root: string, world: TrustStoreWorld): Result<void, Failure> {
  return world.files.remove(trustRecordPath(root, world));
}

/** Everything that this person agreed to, by folder. */
export function trustRecords(world: TrustStoreWorld): Result<readonly TrustRecord[], Failure> {
  const records: TrustRecord[] = [];
  for (const name of world.files.list(storeFolder(world))) {
    if (!/^[0-9a-f]{32}\.json$/.test(name)) continue;
    const record = readRecord(join(storeFolder(world), name), world);
    if (!record.ok) return record;
    if (record.value !== undefined) records.push(record.value);
  }
  return ok(records.sort((a, b) => (a.root < b.root ? -1 : 1)));
}
