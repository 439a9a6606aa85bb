import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { projectAnchor, type Anchor } from '../generate/anchor.ts';
import type { Privilege } from '../host/facts.ts';
import { findPrivilege, findProgram, searchPaths } from '../host/gather-system.ts';
import { addSteps, browserStores, removeSteps } from '../host/trust-stores.ts';
import { anchorName } from '../util/system-anchors.ts';
import { counted } from '../util/counted.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  changeStores,
  storeCommands,
  ensureCertutil,
  installCommands,
  type StoreChange,
} from './certs/carry-out.ts';
import { hasCertutil, type ReadStore } from './certs/read-stores.ts';
import {
  lookAtStores,
  type CertsChange,
  type CertsChanged,
  type CertsProgress,
  type CertsRequest,
  type CertsStatus,
  type CertsWorld,
} from './certs/state.ts';
import { locateInstance, type Located } from './project/locate.ts';

const NO_STORE: Failure = {
  reason: 'usage',
  what: 'there is no store of certificates here that dev knows',
  why: 'it knows those of Linux: the system’s, Firefox’s, and those of Chromium’s family',
  cure: 'Import the file below for websites alone, or use http://localhost with the published ports',
};

/** Who trusts this project's CA. Changes nothing. */
export async function certsStatus(
  request: CertsRequest,
  world: CertsWorld,
  report: Report,
): Promise<Result<CertsStatus, Failure>> {
  const located = locateInstance(world, request, report);
  if (!located.ok) return located;
  const anchor = await projectAnchor({ places: located.value.places, ...world }, false);
  const known = anchor.ok ? anchor.value : undefined;
  return ok((await lookAtStores(located.value, known, request.only, world)).status);
}

/**
 * Has the system and browsers trust this project's CA for names below localhost, after a yes. What
 * trusts it already is left alone; a store that cannot be changed is told and costs no other.
 */
export async function trustCerts(
  request: CertsChange,
  world: CertsWorld,
  progress: CertsProgress,
): Promise<Result<CertsChanged, Failure>> {
  const { only, yes, dryRun } = request;
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return located;
  const { places, instance } = located.value;
  const made = await projectAnchor({ places, ...world }, !dryRun);
  if (!made.ok) return made;
  const privilege = await findPrivilege(world);
  const tools = lacksCertutil(only, world);
  if (tools && !dryRun) {
    const installed = await ensureCertutil({ yes, privilege }, hasApt(world), world, progress);
    if (!installed.ok) return installed;
  }
  const { reads, status } = await lookAtStores(located.value, made.value, only, world);
  if (reads.length === 0) return fail({ ...NO_STORE, detail: [places.anchor] });
  const name = anchorName(places.id);
  const changes = reads
    .filter((_read, index) => status.stores[index]?.state !== 'trusted')
    .map(({ store, found }) => ({
      store,
      steps: addSteps(store, name, places.anchor, found.has(name)),
    }));
  const commands = [
    ...(tools && dryRun ? installCommands(privilege) : []),
    ...storeCommands(changes, privilege),
  ];
  if (dryRun || changes.length === 0) return ok({ ...status, commands, failures: [] });
  const done = await changeStores(
    {
      what: `${counted(changes.length, 'store')} of this machine ${changes.length === 1 ? 'does' : 'do'} not trust the CA of ${instance}`,
      purpose: 'To have it trusted for names below localhost and for nothing else',
      ...{ changes, yes, privilege, name, file: places.anchor },
    },
    world,
    progress,
  );
  if (!done.ok) return done;
  return ended(located.value, made.value, { only, changes, privilege }, done.value, world);
}

/** Looks again: what was done is said only where it is so. */
async function ended(
  located: Located,
  anchor: Anchor | undefined,
  { only, changes, privilege }: Ended,
  failures: readonly Failure[],
  world: CertsWorld,
): Promise<Result<CertsChanged, Failure>> {
  const { status } = await lookAtStores(located, anchor, only, world);
  return ok({ ...status, commands: storeCommands(changes, privilege), failures });
}

interface Ended {
  readonly only: CertsRequest['only'];
  readonly changes: readonly StoreChange[];
  readonly privilege: Privilege;
}

export interface UntrustRequest extends CertsChange {
  /** Those of every project, of folders that are gone as well. */
  readonly all: boolean;
}

/** Takes this project's CA out of the stores again, or those of all projects; after a yes. */
export async function untrustCerts(
  request: UntrustRequest,
  world: CertsWorld,
  progress: CertsProgress,
): Promise<Result<CertsChanged, Failure>> {
  const { only, yes, dryRun, all } = request;
  const located = locateInstance(world, request, progress.report);
  if (!located.ok) return located;
  const { places, instance } = located.value;
  const privilege = await findPrivilege(world);
  if (lacksCertutil(only, world) && !dryRun) {
    const installed = await ensureCertutil({ yes, privilege }, hasApt(world), world, progress);
    if (!installed.ok) return installed;
  }
  const { reads, status } = await lookAtStores(located.value, undefined, only, world);
  const name = anchorName(places.id);
  const changes = reads.flatMap((read) => removals(read, all ? undefined : name));
  const commands = storeCommands(changes, privilege);
  if (dryRun || changes.length === 0) return ok({ ...status, commands, failures: [] });
  const done = await changeStores(
    {
      what: `this machine trusts ${all ? 'CAs of projects' : `the CA of ${instance}`}`,
      purpose: 'To take that back',
      ...{ changes, yes, privilege, name, file: places.anchor },
    },
    world,
    progress,
  );
  if (!done.ok) return done;
  return ended(located.value, undefined, { only, changes, privilege }, done.value, world);
}

/** @param only of these names; all that are ours when undefined. */
function removals({ store, found }: ReadStore, only: string | undefined): readonly StoreChange[] {
  const names = [...found.keys()].filter((name) => only === undefined || name === only);
  return names.map((name) => ({ store, steps: removeSteps(store, name) }));
}

function lacksCertutil(only: CertsRequest['only'], world: CertsWorld): boolean {
  return only !== 'system' && !hasCertutil(world) && browserStores(world).length > 0;
}

const hasApt = (world: CertsWorld): boolean =>
  findProgram(world, searchPaths(world), 'apt-get') !== undefined;
