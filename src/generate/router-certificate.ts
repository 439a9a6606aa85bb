import type { Failure } from '../events/failure.ts';
import type { PairPlaces } from '../model/places.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { alternativeNames, isIssuedBy, parsePair, timeProblem } from './certificate-check.ts';
import type { KeyPair, ParsedPair } from './certificate-check.ts';
import { ensureFile } from './ensure-file.ts';

/** One certificate is renewed when it has less time left than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

interface Deps {
  readonly files: Pick<Files, 'read' | 'mode' | 'writeAtomic'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * A certificate for exactly these names with its key, in one PEM file as proxies read it, signed by
 * the project's CA. What is right stays.
 * @param ca of the project; it is there.
 */
export async function ensureNamesCertificate(
  path: string,
  names: readonly string[],
  ca: PairPlaces,
  { files, clock }: Deps,
): Promise<Result<void, Failure>> {
  const issuer = readPair(ca, files);
  if (issuer === undefined) {
    return fail({
      reason: 'files',
      what: `${ca.certificate} is no CA with its key`,
      cure: 'dev up',
    });
  }
  const current = currentPair(path, files);
  const isRight =
    current !== undefined &&
    isIssuedBy(current.x509, issuer.x509) &&
    JSON.stringify(alternativeNames(current.x509)) === JSON.stringify(names.toSorted()) &&
    timeProblem(current.x509, clock.now(), RENEW_BEFORE_MS) === undefined;
  if (isRight) return ok(undefined);
  const { makeServer } = await import('./make-certificates.ts');
  return written(path, await makeServer(issuer, { dns: names, ip: [] }, clock.now()), files);
}

/** What is shown to who asks for no project's name: of nobody's CA. */
export async function ensureNobodysCertificate(
  path: string,
  name: string,
  { files, clock }: Deps,
): Promise<Result<void, Failure>> {
  const current = currentPair(path, files);
  const isRight =
    current !== undefined && timeProblem(current.x509, clock.now(), RENEW_BEFORE_MS) === undefined;
  if (isRight) return ok(undefined);
  const { makeCa, makeServer } = await import('./make-certificates.ts');
  const permitted = { zones: ['localhost'], exact: [], ip: [] };
  // Its key is gone with this process.
  const issuer = parsePair(await makeCa('Onestack router', permitted, clock.now()));
  if (typeof issuer === 'string') throw new Error(`made a wrong certificate: ${issuer}`);
  return written(path, await makeServer(issuer, { dns: [name], ip: [] }, clock.now()), files);
}

function written(path: string, pair: KeyPair, files: Deps['files']): Result<void, Failure> {
  const done = ensureFile(files, path, pair.certificate + pair.key);
  return done.ok ? ok(undefined) : done;
}

function currentPair(path: string, files: Deps['files']): ParsedPair | undefined {
  const text = files.read(path);
  if (!text.ok || text.value === undefined) return undefined;
  const at = text.value.indexOf('-----BEGIN PRIVATE KEY-----');
  if (at < 0) return undefined;
  const pair = parsePair({ certificate: text.value.slice(0, at), key: text.value.slice(at) });
  return typeof pair === 'string' ? undefined : pair;
}

/** The pair in these files; undefined when it is not there, or does not belong together. */
export function readPair(paths: PairPlaces, files: Pick<Files, 'read'>): ParsedPair | undefined {
  const [certificate, key] = [files.read(paths.certificate), files.read(paths.key)];
  if (!certificate.ok || !key.ok) return undefined;
  if (certificate.value === undefined || key.value === undefined) return undefined;
  const pair = parsePair({ certificate: certificate.value, key: key.value });
  return typeof pair === 'string' ? undefined : pair;
}
