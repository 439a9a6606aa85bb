import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Anchor } from '../../generate/anchor.ts';
import type { TrustStore } from '../../host/trust-stores.ts';
import { anchorName } from '../../util/system-anchors.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import type { Located } from '../project/locate.ts';
import {
  readStores,
  stateIn,
  type ReadStore,
  type StoreKind,
  type TrustState,
} from './read-stores.ts';

export interface CertsRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  readonly only: StoreKind | undefined;
}

export interface CertsChange extends CertsRequest {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export interface CertsProgress {
  readonly report: Report;
  readonly signal: AbortSignal;
}

export type CertsWorld = Pick<
  World,
  'files' | 'host' | 'processes' | 'clock' | 'locks' | 'terminal'
>;

/** One store, and how the project's CA stands in it. */
export interface StoreState {
  readonly store: string;
  readonly kind: TrustStore['kind'];
  /** Absolute. */
  readonly folder: string;
  readonly state: TrustState;
  /** Why it could not be looked at. */
  readonly why?: string;
}

export interface CertsStatus {
  /** Its name on this machine. */
  readonly project: string;
  /** What the stores should have; undefined as long as nobody asked for it. */
  readonly ca: Omit<Anchor, 'certificate'> | undefined;
  readonly stores: readonly StoreState[];
}

export interface CertsChanged extends CertsStatus {
  /** What was run, or would be, as a person would type it. */
  readonly commands: readonly string[];
  /** Of single stores; the others are done. */
  readonly failures: readonly Failure[];
}

/** The stores, with what a person is told of each. */
export async function lookAtStores(
  { instance, places }: Located,
  anchor: Anchor | undefined,
  only: StoreKind | undefined,
  world: CertsWorld,
): Promise<{ readonly reads: readonly ReadStore[]; readonly status: CertsStatus }> {
  const name = anchorName(places.id);
  const reads = await readStores({ name, certificate: anchor?.certificate }, only, world);
  const stores = reads.map((read) => stateOf(read, name));
  return { reads, status: { project: instance, ca: shown(anchor), stores } };
}

function shown(anchor: Anchor | undefined): CertsStatus['ca'] {
  if (anchor === undefined) return undefined;
  const { subject, fingerprint, validTo } = anchor;
  return { subject, fingerprint, validTo };
}

function stateOf(read: ReadStore, name: string): StoreState {
  const { store, unreadable } = read;
  return {
    store: store.name,
    kind: store.kind,
    folder: store.folder,
    state: stateIn(read, name),
    ...(unreadable !== undefined && { why: unreadable }),
  };
}
