import { sha256 } from '../../util/sha256.ts';
import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { ensureFile } from '../../generate/ensure-file.ts';
import { ensurePrivate } from '../../generate/private-folder.ts';
import { ensureNobodysCertificate } from '../../generate/router-certificate.ts';
import type { World } from '../../ports/world.ts';
import { CONTROL_HOST, haproxyConfig, hostsMap } from '../../router/haproxy.ts';
import { gonePage, listPage } from '../../router/page.ts';
import { parseRouterRecord, type RouterPorts, type RouterRecord } from '../../router/record.ts';
import { ok, type Result } from '../../util/result.ts';
import type { RouterPlaces } from './places.ts';

/** A project's record with the id of its folder. */
export interface KeptRecord {
  readonly id: string;
  readonly record: RouterRecord;
}

/** What projects have noted; what cannot be understood is as if it were not there. */
export function readRecords(
  { records }: RouterPlaces,
  files: Pick<World['files'], 'list' | 'read'>,
): readonly KeptRecord[] {
  return files.list(records).flatMap((name) => {
    const text = files.read(join(records, name));
    const record = text.ok && text.value !== undefined ? parseRouterRecord(text.value) : undefined;
    const id = /^(\w+)\.json$/.exec(name)?.[1];
    return record === undefined || id === undefined ? [] : [{ id, record }];
  });
}

/** The folders, which nobody else may enter. */
export function ensureFolders(
  { folder, records, served, certificates }: RouterPlaces,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<void, Failure> {
  return ensurePrivate([folder, records, served, certificates], files, host.uid);
}

/** The certificate of a project, with its key. */
export function certificatePlace({ certificates }: RouterPlaces, id: string): string {
  return join(certificates, `${id}.pem`);
}

/**
 * Writes all that the router reads, and takes away certificates of projects that are gone.
 * @returns the generation: another one when something changed.
 */
export async function writeServed(
  places: RouterPlaces,
  kept: readonly KeptRecord[],
  { subnets, ports }: { readonly subnets: readonly string[]; readonly ports: RouterPorts },
  world: Pick<World, 'files' | 'clock'>,
): Promise<Result<string, Failure>> {
  const { files } = world;
  const nobody = await ensureNobodysCertificate(places.fallback, CONTROL_HOST, world);
  if (!nobody.ok) return nobody;
  const wanted = new Set(kept.map(({ id }) => certificatePlace(places, id)));
  for (const name of files.list(places.certificates)) {
    const path = join(places.certificates, name);
    const removed = wanted.has(path) ? ok(undefined) : files.remove(path);
    if (!removed.ok) return removed;
  }
  const records = kept.map(({ record }) => record);
  const texts = {
    'hosts.map': hostsMap(records),
    'page.html': listPage(records, ports),
    'gone.html': gonePage(),
  };
  const certificates = [places.fallback, ...wanted].map((path) => files.digest(path));
  const digests = certificates.map((digest) => (digest.ok ? digest.value : ''));
  const draft = haproxyConfig({ subnets, ports, generation: '' });
  const generation = sha256(JSON.stringify([texts, digests, draft])).slice(0, 16);
  const all = { ...texts, 'haproxy.cfg': haproxyConfig({ subnets, ports, generation }) };
  for (const [name, text] of Object.entries(all)) {
    const written = ensureFile(files, join(places.served, name), text);
    if (!written.ok) return written;
  }
  return ok(generation);
}
