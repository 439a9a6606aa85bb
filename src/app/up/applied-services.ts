import {
  compareSnapshots,
  documentSnapshot,
  serviceSnapshot,
  type Change,
  type DocumentSnapshot,
} from '../../compose/write/diff.ts';
import { snapshotOf } from '../../compose/write/snapshot.ts';
import type { Failure } from '../../events/failure.ts';
import { isMapping } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import { usedResources } from '../../plan/desired-services.ts';
import type { Files } from '../../ports/files.ts';
import type { Task } from '../../ports/orchestrator.ts';
import type { Result } from '../../util/result.ts';
import type { Prepared } from './prepare.ts';
import { readJson } from '../../util/read-json.ts';

/**
 * What services' containers were made of: service → hash of its definition → that definition. A plan
 * may end in the middle; then some containers are of its definition and some of the one before, and
 * each tells by its own hash of which.
 */
export type AppliedServices = ReadonlyMap<string, ReadonlyMap<string, DocumentSnapshot>>;

type Running = readonly Pick<Task, 'service' | 'wanted'>[];
type Wanted = Pick<Prepared, 'merged' | 'document' | 'desired'>;

/** A memory: what cannot be read is not known. */
export function readAppliedServices(
  { appliedServices }: Pick<Places, 'appliedServices'>,
  files: Pick<Files, 'read'>,
): AppliedServices {
  const parsed = readJson(appliedServices, files);
  const services = isMapping(parsed) ? Object.entries(parsed) : [];
  return new Map(
    services.map(([service, byHash]) => {
      const all = isMapping(byHash) ? Object.entries(byHash) : [];
      const known = all.flatMap(([hash, values]) => {
        const snapshot = snapshotOf({ format: 1, values });
        return snapshot === undefined ? [] : [[hash, snapshot] as const];
      });
      return [service, new Map(known)];
    }),
  );
}

/** Each desired service as it is made. */
function desiredSnapshots({ merged, document, desired }: Wanted, root: string) {
  const whole = documentSnapshot(merged, root);
  return desired.map(({ name, hash }) => ({
    ...{ name, hash },
    snapshot: serviceSnapshot(whole, name, usedResources(document, name)),
  }));
}

/**
 * Notes what a plan makes, beside what the containers that there are were made of. To be called before
 * anything is made: of a plan that is killed some of it is there.
 */
export function rememberServices(
  wanted: Wanted,
  running: Running,
  places: Pick<Places, 'appliedServices' | 'root'>,
  files: Pick<Files, 'read' | 'writeAtomic'>,
): Result<void, Failure> {
  const all = new Map<string, Record<string, DocumentSnapshot['values']>>();
  const note = (service: string, hash: string, { values }: DocumentSnapshot): void => {
    all.set(service, { ...all.get(service), [hash]: values });
  };
  for (const [service, byHash] of readAppliedServices(places, files)) {
    for (const [hash, snapshot] of byHash) {
      const isThere = running.some((one) => one.service === service && one.wanted.hash === hash);
      if (isThere) note(service, hash, snapshot);
    }
  }
  for (const { name, hash, snapshot } of desiredSnapshots(wanted, places.root))
    note(name, hash, snapshot);
  const text = `${JSON.stringify(Object.fromEntries(all))}\n`;
  return files.writeAtomic(places.appliedServices, text, { mode: 0o600 });
}

/**
 * What differs between each service as it is to be and that container of it which is of another
 * definition. Services of whose container nobody remembers what it was made of are left out.
 */
export function changesByService(
  wanted: Wanted,
  running: Running,
  places: Pick<Places, 'appliedServices' | 'root'>,
  files: Pick<Files, 'read'>,
): ReadonlyMap<string, readonly Change[]> {
  const applied = readAppliedServices(places, files);
  return new Map(
    desiredSnapshots(wanted, places.root).flatMap(({ name, hash, snapshot }) => {
      const stale = running.find(({ service, wanted }) => service === name && wanted.hash !== hash);
      const before = applied.get(name)?.get(stale?.wanted.hash ?? '');
      return before === undefined ? [] : [[name, compareSnapshots(before, snapshot)] as const];
    }),
  );
}
