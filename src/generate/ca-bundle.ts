import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Settings } from '../model/settings.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { pemCertificates } from './certificate-check.ts';
import { certificatePaths } from './certificates.ts';
import { ensureFile } from './dev-folder.ts';

/** Where companies' tools put their CA, in the order in which they are looked at. */
const FILE_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
] as const;
const FOLDER_VARIABLE = 'SSL_CERT_DIR';

export interface CaBundleRequest {
  /** Absolute path of `.dev`. */
  readonly devDirectory: string;
  /** PEM of the project's CA, and of whatever else is trusted here. */
  readonly ownCertificates: readonly string[];
  readonly settings: Pick<Settings, 'certificates'>;
  readonly host: Pick<Host, 'environment'>;
  readonly files: Files;
  /** PEM of the public roots. Only asked when the bundle has to be written. */
  publicRoots(): Promise<readonly string[]>;
}

export interface CaBundle {
  /** Absolute path of the bundle: public roots, the company's, the project's. */
  readonly path: string;
  /** The company's certificates, PEM, those that are public roots too included. */
  readonly company: readonly string[];
  /** What people should know: where a company CA came from, what could not be read. */
  readonly notes: readonly string[];
}

/**
 * Makes sure that `.dev/certs/bundle.crt` holds the public roots, the company's certificates and
 * the project's CA, each once, in a fixed order. Its first line is a fingerprint of what it was
 * made from, so that nothing is done when that has not changed.
 */
export async function ensureCaBundle(
  request: CaBundleRequest,
): Promise<Result<CaBundle, readonly Failure[]>> {
  const found = companyCertificates(request);
  if (!found.ok) return found;
  const { company, sources, notes } = found.value;
  const path = certificatePaths(request.devDirectory).bundle;
  const fingerprint = fingerprintOf([...company, ...request.ownCertificates]);
  const current = request.files.read(path);
  const text = current.ok ? (current.value ?? '') : '';
  if (text.startsWith(`# ${fingerprint}\n`)) {
    const kept = ensureFile(request.files, path, text);
    return kept.ok ? ok({ path, company, notes }) : fail([kept.failure]);
  }
  const roots = (await request.publicRoots()).flatMap(pemCertificates);
  const all = unique([...roots, ...company, ...request.ownCertificates.flatMap(pemCertificates)]);
  const written = ensureFile(request.files, path, `# ${fingerprint}\n${all.join('')}`);
  if (!written.ok) return fail([written.failure]);
  const known = new Set(roots);
  const added = company.filter((certificate) => !known.has(certificate)).length;
  const said =
    added === 0 ? [] : [`trusts ${counted(added)} of your company: ${sources.join(', ')}`];
  return ok({ path, company, notes: [...notes, ...said] });
}

interface Found {
  readonly company: readonly string[];
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

function companyCertificates(request: CaBundleRequest): Result<Found, readonly Failure[]> {
  const { companyCa } = request.settings.certificates;
  if (companyCa === 'none') return ok({ company: [], sources: [], notes: [] });
  return companyCa === 'auto' ? ok(fromVariables(request)) : fromSettings(companyCa, request.files);
}

/** A variable that points nowhere is told, but stops nobody: the person may not even know of it. */
function fromVariables({ host, files }: CaBundleRequest): Found {
  const places = FILE_VARIABLES.flatMap((variable) => {
    const path = host.environment[variable];
    return path === undefined || path === '' ? [] : [{ variable, path }];
  });
  const company: string[] = [];
  const sources: string[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  for (const { variable, path } of places) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = files.read(path);
    const certificates = text.ok ? pemCertificates(text.value ?? '') : [];
    if (certificates.length === 0) {
      notes.push(`${variable} names ${path}, which has no certificate in it`);
    } else {
      company.push(...certificates);
      sources.push(`${path} (${variable})`);
    }
  }
  for (const folder of (host.environment[FOLDER_VARIABLE] ?? '').split(':').filter(Boolean)) {
    const inFolder = files.list(folder).flatMap((name) => {
      if (!/\.(?:pem|crt|cer|\d)$/.test(name)) return [];
      const text = files.read(join(folder, name));
      return text.ok ? pemCertificates(text.value ?? '') : [];
    });
    if (inFolder.length > 0) sources.push(`${folder} (${FOLDER_VARIABLE})`);
    company.push(...inFolder);
  }
  return { company: unique(company), sources, notes };
}

/** What the person named has to be there. */
function fromSettings(paths: readonly string[], files: Files): Result<Found, readonly Failure[]> {
  const failures: Failure[] = [];
  const company: string[] = [];
  for (const path of paths) {
    const text = files.read(path);
    const certificates = text.ok ? pemCertificates(text.value ?? '') : [];
    company.push(...certificates);
    if (certificates.length > 0) continue;
    const missing = text.ok && text.value === undefined;
    failures.push({
      reason: 'definition',
      what: missing ? `there is no file ${path}` : `${path} has no certificate in it`,
      why: 'certificates.company_ca in dev.settings.yaml names it',
      cure: 'Name PEM files, or write auto or none',
    });
  }
  return failures.length > 0
    ? fail(failures)
    : ok({ company: unique(company), sources: paths, notes: [] });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function counted(certificates: number): string {
  return certificates === 1 ? 'a certificate' : `${certificates} certificates`;
}

/** The runtime's version stands for the public roots, which come with it. */
function fingerprintOf(texts: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}
