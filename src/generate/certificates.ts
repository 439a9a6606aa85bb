import type { X509Certificate } from 'node:crypto';
import type { Failure } from '../events/failure.ts';
import type { PairPlaces, Places } from '../model/places.ts';
import type { Settings } from '../model/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { alternativeNames, isIssuedBy, parsePair, timeProblem } from './certificate-check.ts';
import type { KeyPair, ParsedPair } from './certificate-check.ts';
import { ensureFile } from './ensure-file.ts';
import { PRIVATE_FILE } from './private-folder.ts';
import { constrainedNames, isConstrainedTo, type Permitted } from './name-constraints.ts';

/** A certificate is renewed when it has less time left than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
const LOCALHOST = 'localhost';
const TOO_MUCH =
  'the old one could sign for sites below the names of services; where you trusted it, trust this one in its place';
const TRUST_AGAIN = 'browsers that trusted the old one warn again: dev certs trust';
const LOOPBACK = ['127.0.0.1', '::1'];

export interface CertificatesRequest {
  readonly places: Pick<Places, 'ca' | 'server' | 'anchor'>;
  /** The project's name and this folder's instance name: `NAME.localhost` is valid for each. */
  readonly hosts: readonly string[];
  /** Services of the merged Compose document: they are names on the project's network. */
  readonly services: readonly string[];
  readonly settings: Pick<Settings, 'certificates'>;
  /** Mode of what services are given as secrets: all but the key of the CA. */
  readonly secretMode: number;
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Certificates {
  /** PEM of the project's CA. */
  readonly ca: string;
  /** PEM of the server's certificate, with its chain if the person's own has one. */
  readonly server: string;
  /** What was made or replaced and why, for people. Empty when all was right. */
  readonly notes: readonly string[];
}

/**
 * Makes sure that there is a project CA and a server certificate from it: in time, with the right
 * names, and with keys that fit. What is right stays. The person's own ones take their places.
 */
export async function ensureCertificates(
  request: CertificatesRequest,
): Promise<Result<Certificates, Failure>> {
  const ca = await ensureCa(request);
  if (!ca.ok) return ca;
  const server = await ensureServer(request, ca.value.pair);
  if (!server.ok) return server;
  return ok({
    ca: ca.value.pair.certificate,
    server: server.value.pair.certificate,
    notes: [...ca.value.notes, ...server.value.notes],
  });
}

interface Ensured {
  readonly pair: ParsedPair;
  readonly notes: readonly string[];
}

async function ensureCa(request: CertificatesRequest): Promise<Result<Ensured, Failure>> {
  const { settings, files, clock, hosts } = request;
  const paths = request.places.ca;
  if (settings.certificates.ca !== undefined)
    return ownPair('ca', settings.certificates.ca, request);
  const services = permittedNames(request.services).exact;
  const current = currentPair(paths, files);
  const permitted = 'x509' in current ? constrainedNames(current.x509.raw) : [];
  const problem =
    'x509' in current
      ? caProblem(current, services, permitted, clock.now())
      : { cause: current.why, keepsKey: false };
  if ('x509' in current && problem === undefined) return stored(current, request, 'ca', []);
  const { makeCa } = await import('./make-certificates.ts');
  // Names that it had stay: going back to an older branch shall not make yet another CA.
  const names = permittedNames([...services, ...permitted]);
  const label = `Onestack development CA of ${hosts[0] ?? 'a project'}`;
  const before = 'x509' in current && problem?.keepsKey === true ? current : undefined;
  const made = trusted(await makeCa(label, names, clock.now(), before));
  const note =
    'x509' in current ? `made a new project CA: ${problem?.cause ?? ''}` : 'made the project CA';
  // Browsers are given its key for names below localhost; with another key they know it no more.
  const isKnown = before === undefined && files.exists(request.places.anchor);
  return stored(made, request, 'ca', isKnown ? [note, TRUST_AGAIN] : [note]);
}

const isLocal = (name: string): boolean => name === LOCALHOST || name.endsWith(`.${LOCALHOST}`);

/** A name that nobody outside can have: one without a dot, or one below localhost. */
const isOurs = (name: string): boolean => !name.includes('.') || isLocal(name);

/** What the CA may sign for: all of localhost, and the services by their very names. */
function permittedNames(services: readonly string[]): Permitted {
  const exact = services.filter((name) => isOurs(name) && !isLocal(name));
  return { zones: [LOCALHOST], exact: [...new Set(exact)].sort(), ip: LOOPBACK };
}

/** Whether it is a CA that can sign for no more than `ensureCertificates` lets one sign for. */
export function isMadeHere(x509: X509Certificate): boolean {
  const permitted = permittedNames(constrainedNames(x509.raw));
  return x509.ca && isIssuedBy(x509, x509) && isConstrainedTo(x509.raw, permitted);
}

/** What is wrong with it, and whether its key may go on. */
function caProblem(
  { x509 }: ParsedPair,
  names: readonly string[],
  permitted: readonly string[],
  nowMs: number,
): { readonly cause: string; readonly keepsKey: boolean } | undefined {
  const otherKey = (cause: string) => ({ cause, keepsKey: false });
  if (!x509.ca || !isIssuedBy(x509, x509)) return otherKey('the old one was no CA');
  const missing = names.filter((name) => !permitted.includes(name));
  // Before all else: whoever trusts it should know why that has to end.
  if (!isConstrainedTo(x509.raw, permittedNames(permitted))) return otherKey(TOO_MUCH);
  const late = timeProblem(x509, nowMs, RENEW_BEFORE_MS);
  if (late !== undefined) return otherKey(late);
  if (missing.length === 0) return undefined;
  return { cause: `the old one is not for ${missing.join(', ')}`, keepsKey: true };
}

async function ensureServer(
  request: CertificatesRequest,
  ca: ParsedPair,
): Promise<Result<Ensured, Failure>> {
  const { settings, files, clock } = request;
  const paths = request.places.server;
  if (settings.certificates.server !== undefined) {
    return ownPair('server', settings.certificates.server, request);
  }
  const dns = serverNames(request);
  const current = currentPair(paths, files);
  const cause = 'x509' in current ? serverProblem(current, ca, dns, clock.now()) : current.why;
  if ('x509' in current && cause === undefined) return stored(current, request, 'server', []);
  const { makeServer } = await import('./make-certificates.ts');
  const made = trusted(await makeServer(ca, { dns, ip: LOOPBACK }, clock.now()));
  const known = 'x509' in current;
  const note = known
    ? `renewed the server certificate: ${cause ?? ''}`
    : 'made the server certificate';
  const foreign = request.services.filter((name) => !isOurs(name));
  const left = `it is not for ${foreign.join(', ')}: a name with a dot may be somebody else's site`;
  return stored(made, request, 'server', foreign.length === 0 ? [note] : [note, left]);
}

/** `localhost`, each host with all below it, and the services' names on the network. */
function serverNames({ hosts, services }: CertificatesRequest): readonly string[] {
  const local = hosts.flatMap((host) => [`${host}.localhost`, `*.${host}.localhost`]);
  return [...new Set([LOCALHOST, ...local, ...services.filter(isOurs).sort()])];
}

function serverProblem(
  { x509 }: ParsedPair,
  ca: ParsedPair,
  dns: readonly string[],
  nowMs: number,
): string | undefined {
  if (!isIssuedBy(x509, ca.x509)) return 'the CA has changed';
  const wanted = [...dns, ...LOOPBACK].sort();
  if (JSON.stringify(alternativeNames(x509)) !== JSON.stringify(wanted)) {
    return 'its names have changed';
  }
  return timeProblem(x509, nowMs, RENEW_BEFORE_MS);
}

/** The pair that is there, or why there is none that can be used. */
function currentPair(paths: PairPlaces, files: Files): ParsedPair | { readonly why: string } {
  const certificate = files.read(paths.certificate);
  const key = files.read(paths.key);
  if (!certificate.ok || !key.ok) return { why: 'the old one could not be read' };
  if (certificate.value === undefined || key.value === undefined) return { why: 'there was none' };
  const pair = parsePair({ certificate: certificate.value, key: key.value });
  return typeof pair === 'string' ? { why: pair } : pair;
}

/** What was made a moment ago is right, or there is a bug. */
function trusted(pair: KeyPair): ParsedPair {
  const parsed = parsePair(pair);
  if (typeof parsed === 'string') throw new Error(`made a wrong certificate: ${parsed}`);
  return parsed;
}

function stored(
  pair: ParsedPair,
  { places, files, secretMode }: CertificatesRequest,
  kind: 'ca' | 'server',
  notes: readonly string[],
): Result<Ensured, Failure> {
  const paths = places[kind];
  // The key first: after a kill in between the pair does not fit, and is made again.
  const keyMode = kind === 'ca' ? PRIVATE_FILE : secretMode;
  const key = ensureFile(files, paths.key, pair.key, keyMode);
  if (!key.ok) return key;
  const certificate = ensureFile(files, paths.certificate, pair.certificate, secretMode);
  return certificate.ok ? ok({ pair, notes }) : certificate;
}

/** The person's own pair from the settings, checked, in the place of the generated one. */
function ownPair(
  kind: 'ca' | 'server',
  paths: PairPlaces,
  request: CertificatesRequest,
): Result<Ensured, Failure> {
  const { places, files, clock } = request;
  const wrong = (file: string, problem: string): Result<never, Failure> =>
    fail({
      reason: 'definition',
      what: `${file}: ${problem}`,
      why: `certificates.${kind} in dev.settings.yaml names it`,
      cure: 'Give a right pair, or remove the lines for a generated one',
    });
  const texts: string[] = [];
  for (const path of [paths.certificate, paths.key]) {
    const text = files.read(path);
    if (!text.ok) return wrong(path, text.failure.why ?? text.failure.what);
    if (text.value === undefined) return wrong(path, 'there is no such file');
    texts.push(text.value);
  }
  const [certificate = '', key = ''] = texts;
  const pair = parsePair({ certificate, key });
  if (typeof pair === 'string') return wrong(paths.certificate, pair);
  if (kind === 'ca' && !pair.x509.ca) return wrong(paths.certificate, 'it is no CA certificate');
  const late = timeProblem(pair.x509, clock.now(), 0);
  if (late !== undefined) return wrong(paths.certificate, late);
  const target = places[kind];
  const before = files.read(target.certificate);
  const changed = !before.ok || before.value !== certificate;
  const noun = kind === 'ca' ? 'CA' : 'server certificate';
  return stored(pair, request, kind, changed ? [`took your own ${noun}`] : []);
}
