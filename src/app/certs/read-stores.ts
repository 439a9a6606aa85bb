import { X509Certificate } from 'node:crypto';
import { findProgram, searchPaths } from '../../host/gather-system.ts';
import {
  browserStores,
  namesInNss,
  nssList,
  nssShow,
  systemFile,
  systemStore,
  type BrowserStore,
  type SystemStore,
  type TrustStore,
} from '../../host/trust-stores.ts';
import { isAnchorName } from '../../util/system-anchors.ts';
import type { World } from '../../ports/world.ts';

/**
 * `other`: there is one of the project's name that is not what the project has now, or by which no
 * site is trusted. `unknown`: it could not be looked at.
 */
export type TrustState = 'trusted' | 'other' | 'absent' | 'unknown';

export interface ReadStore {
  readonly store: TrustStore;
  /** Of every certificate of ours in it, by its name; those that are not there are absent. */
  readonly found: ReadonlyMap<string, Exclude<TrustState, 'absent' | 'unknown'>>;
  /** Why it could not be looked at. */
  readonly unreadable: string | undefined;
}

/** Which stores are wanted: `--only`. */
export type StoreKind = 'system' | 'browsers';

type ReadWorld = Pick<World, 'files' | 'host' | 'processes'>;

/** A certificate of the project, as the stores should have it. */
export interface WantedCertificate {
  readonly name: string;
  /** PEM; undefined when there is none that could be trusted. */
  readonly certificate: string | undefined;
}

/** Whether the program is here by which stores of browsers are read and written. */
export function hasCertutil(world: Pick<World, 'files' | 'host'>): boolean {
  return findProgram(world, searchPaths(world), 'certutil') !== undefined;
}

/** All stores of this machine and this person, with what of ours is in each. Changes nothing. */
export async function readStores(
  wanted: WantedCertificate,
  only: StoreKind | undefined,
  world: ReadWorld,
): Promise<readonly ReadStore[]> {
  const system = only === 'browsers' ? undefined : systemStore(world);
  const browsers = only === 'system' ? [] : browserStores(world);
  return [
    ...(system === undefined ? [] : [readSystem(system, wanted, world)]),
    ...(await Promise.all(browsers.map((store) => readBrowser(store, wanted, world)))),
  ];
}

function readSystem(
  store: SystemStore,
  wanted: WantedCertificate,
  { files }: ReadWorld,
): ReadStore {
  const names = files
    .list(store.folder)
    .flatMap((file) => (file.endsWith('.crt') ? [file.slice(0, -'.crt'.length)] : []))
    .filter(isAnchorName);
  const found = names.map((name) => {
    const text = files.read(systemFile(store, name));
    const isRight = name === wanted.name && text.ok && isSame(text.value, wanted.certificate);
    return [name, isRight ? 'trusted' : 'other'] as const;
  });
  return { store, found: new Map(found), unreadable: undefined };
}

async function readBrowser(
  store: BrowserStore,
  wanted: WantedCertificate,
  world: ReadWorld,
): Promise<ReadStore> {
  if (!store.exists) return { store, found: new Map(), unreadable: undefined };
  if (!hasCertutil(world)) {
    return { store, found: new Map(), unreadable: 'certutil is not installed' };
  }
  const { processes } = world;
  const listed = await processes.run(nssList(store.folder));
  if (listed.status !== 0) {
    const unreadable = listed.stderr.trim().split('\n')[0] ?? 'certutil failed';
    return { store, found: new Map(), unreadable };
  }
  const found = [...namesInNss(listed.stdout)].map(async ([name, isTrusted]) => {
    const isWanted = name === wanted.name && isTrusted;
    const shown = isWanted ? await processes.run(nssShow(store.folder, name)) : undefined;
    const isRight = shown?.status === 0 && isSame(shown.stdout, wanted.certificate);
    return [name, isRight ? 'trusted' : 'other'] as const;
  });
  return { store, found: new Map(await Promise.all(found)), unreadable: undefined };
}

/** Whether both texts are one certificate, the same, however it is laid out. */
function isSame(text: string | undefined, wanted: string | undefined): boolean {
  if (text === undefined || wanted === undefined) return false;
  if (text.split('-----BEGIN CERTIFICATE-----').length !== 2) return false;
  try {
    return new X509Certificate(text).fingerprint256 === new X509Certificate(wanted).fingerprint256;
  } catch {
    return false;
  }
}

/** How the project stands in a store. */
export function stateIn({ found, unreadable }: ReadStore, name: string): TrustState {
  return unreadable === undefined ? (found.get(name) ?? 'absent') : 'unknown';
}
