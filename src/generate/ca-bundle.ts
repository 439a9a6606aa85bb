import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Places } from '../model/places.ts';
import type { Settings } from '../model/settings.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { counted } from '../util/counted.ts';
import { pemCertificates, readCertificates } from './certificate-check.ts';
import type { ReadCertificates } from './certificate-check.ts';
import { ensureFile } from './ensure-file.ts';
import { PRIVATE_FILE } from './private-folder.ts';
import { javaTrustStore } from './java-trust-store.ts';

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
/** So many broken certificates of a file are numbered. */
const SHOWN_BROKEN = 5;

export interface CaBundleRequest {
  readonly places: Pick<Places, 'bundle' | 'javaTrustStore'>;
  /** PEM of the project's CA, and of whatever else is trusted here. */
  readonly ownCertificates: readonly string[];
  readonly settings: Pick<Settings, 'certificates'>;
  readonly host: Pick<Host, 'environment' | 'nodeVersion'>;
  readonly files: Files;
  /** Whether a module runs on Java, which needs a store of its own. */
  readonly java: boolean;
  /** PEM of the public roots. Only asked when the bundle has to be written. */
  publicRoots(): Promise<readonly string[]>;
}

export interface CaBundle {
  /** Absolute path of the bundle: public roots, the company's, the project's. */
  readonly path: string;
  /** What people should know: where a company CA came from, what could not be read. */
  readonly notes: readonly string[];
}

/**
 * Makes sure that the bundle holds the public roots, the company's certificates and
 * the project's CA, each once, in a fixed order, and `bundle.jks` beside it the same where there is
 * Java. Its first line is a fingerprint of what it was made from, so that nothing is done when that has
 * not changed. What is no certificate is told and left out.
 */
export async function ensureCaBundle(
  request: CaBundleRequest,
): Promise<Result<CaBundle, readonly Failure[]>> {
  const found = companySources(request);
  if (!found.ok) return found;
  const { sources, notes } = found.value;
  const { bundle: path, javaTrustStore: javaPath } = request.places;
  const texts = [...sources.map(({ text }) => text), ...request.ownCertificates];
  // What the settings name has to be right, what a variable names need not.
  const isNamed = Array.isArray(request.settings.certificates.companyCa);
  const firstLine = `# ${fingerprintOf(texts, isNamed, request.host.nodeVersion)}\n`;
  const current = request.files.read(path);
  if (current.ok && current.value?.startsWith(firstLine) === true) {
    const files = request.java ? [path, javaPath] : [path];
    const modes = files.map((file) => request.files.mode(file));
    if (modes.every((mode) => mode === PRIVATE_FILE)) return ok({ path, notes });
  }
  const roots = (await request.publicRoots()).flatMap(pemCertificates);
  const company = sources.map(({ label, text }) => ({ label, ...readCertificates(text) }));
  const useless = company.filter(({ certificates }) => certificates.length === 0);
  if (useless.length > 0 && isNamed) {
    return fail(useless.map(({ label }) => noCertificate(`${label} has no certificate in it`)));
  }
  const own = request.ownCertificates.flatMap((text) => readCertificates(text).certificates);
  const all = unique([...roots, ...company.flatMap(({ certificates }) => certificates), ...own]);
  // The bundle comes last: its first line says that both are complete.
  const java = writeJava(request, javaPath, all);
  if (!java.ok) return fail([java.failure]);
  const written = ensureFile(request.files, path, firstLine + all.join(''));
  if (!written.ok) return fail([written.failure]);
  return ok({ path, notes: [...notes, ...trustNotes(roots, company), ...brokenNotes(company)] });
}

/** An old store must not stay where Java has gone: it would be there, and wrong, when Java comes back. */
function writeJava(
  { files, java }: CaBundleRequest,
  path: string,
  certificates: readonly string[],
): Result<void, Failure> {
  if (!java) return files.exists(path) ? files.remove(path) : ok(undefined);
  return files.writeAtomic(path, javaTrustStore(certificates.join('')), { mode: PRIVATE_FILE });
}

/** Text with certificates in it, and what to call the place that it comes from. */
interface Source {
  readonly label: string;
  readonly text: string;
}

interface Found {
  readonly sources: readonly Source[];
  readonly notes: readonly string[];
}

/** Whether a company's certificates are named at all: by the settings, or by a variable. */
export function namesCompanyCa(
  { certificates: { companyCa } }: CaBundleRequest['settings'],
  environment: Host['environment'],
): boolean {
  if (companyCa !== 'auto') return companyCa !== 'none';
  return [...FILE_VARIABLES, FOLDER_VARIABLE].some((name) => (environment[name] ?? '') !== '');
}

function companySources(request: CaBundleRequest): Result<Found, readonly Failure[]> {
  const { companyCa } = request.settings.certificates;
  if (companyCa === 'none') return ok({ sources: [], notes: [] });
  return companyCa === 'auto' ? ok(fromVariables(request)) : fromSettings(companyCa, request.files);
}

/** A variable that points nowhere is told, but stops nobody: the person may not even know of it. */
function fromVariables({ host, files }: CaBundleRequest): Found {
  const variables = new Map<string, string>();
  for (const variable of FILE_VARIABLES) {
    const path = host.environment[variable];
    if (path !== undefined && path !== '' && !variables.has(path)) variables.set(path, variable);
  }
  const sources: Source[] = [];
  const notes: string[] = [];
  for (const [path, variable] of variables) {
    const text = certificateText(path, files);
    if (text === undefined) {
      const lack = files.exists(path) ? 'has no certificate in it' : 'is not there';
      notes.push(`${variable} names ${path}, which ${lack}`);
    } else {
      sources.push({ label: `${path} (${variable})`, text });
    }
  }
  // Such a folder has hundreds of files, which a file variable has in one.
  return { sources: sources.length > 0 ? sources : fromFolders(host, files), notes };
}

function fromFolders(host: CaBundleRequest['host'], files: Files): readonly Source[] {
  const folders = (host.environment[FOLDER_VARIABLE] ?? '').split(':').filter(Boolean);
  return folders.flatMap((folder) => {
    const names = files.list(folder).filter((name) => /\.(?:pem|crt|cer|\d)$/.test(name));
    const text = names.map((name) => certificateText(join(folder, name), files) ?? '').join('\n');
    return text.trim() === '' ? [] : [{ label: `${folder} (${FOLDER_VARIABLE})`, text }];
  });
}

/** What the person named has to be there. */
function fromSettings(paths: readonly string[], files: Files): Result<Found, readonly Failure[]> {
  const failures: Failure[] = [];
  const sources: Source[] = [];
  for (const path of paths) {
    const text = certificateText(path, files);
    if (text !== undefined) {
      sources.push({ label: path, text });
      continue;
    }
    failures.push(
      noCertificate(
        files.exists(path) ? `${path} has no certificate in it` : `there is no file ${path}`,
      ),
    );
  }
  return failures.length > 0 ? fail(failures) : ok({ sources, notes: [] });
}

function noCertificate(what: string): Failure {
  return {
    reason: 'definition',
    what,
    why: 'certificates.company_ca in dev.settings.yaml names it',
    cure: 'Name PEM files, or write auto or none',
  };
}

/** Text of a PEM file; undefined when it cannot be read or has no certificate in it. */
function certificateText(path: string, files: Files): string | undefined {
  const text = files.read(path);
  return text.ok && text.value?.includes('BEGIN CERTIFICATE') === true ? text.value : undefined;
}

/** What is trusted beyond the public roots, and because of whom. */
function trustNotes(roots: readonly string[], sources: readonly Company[]): readonly string[] {
  const known = new Set(roots);
  return sources.flatMap(({ label, certificates }) => {
    const added = unique(certificates).filter((one) => !known.has(one)).length;
    if (added === 0) return [];
    const noun = added === 1 ? 'certificate' : 'certificates';
    return [`trusts ${added} more ${noun} than the public ones: ${label}`];
  });
}

/** A source that was read. */
interface Company extends ReadCertificates {
  readonly label: string;
}

/** What was left out, so that somebody may mend it; the others are trusted all the same. */
function brokenNotes(sources: readonly Company[]): readonly string[] {
  return sources.flatMap(({ label, certificates, broken }) => {
    if (broken.length === 0) return [];
    const many = counted(certificates.length + broken.length, 'certificate');
    const which = broken.slice(0, SHOWN_BROKEN).map(String).join(', ');
    const more = broken.length > SHOWN_BROKEN ? ', …' : '';
    const verb = broken.length === 1 ? 'is broken and was' : 'are broken and were';
    return [`of ${many} in ${label} number ${which}${more} ${verb} left out`];
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The runtime's version stands for the public roots, which come with it. */
function fingerprintOf(texts: readonly string[], isNamed: boolean, nodeVersion: string): string {
  const hash = createHash('sha256').update(`v${nodeVersion} ${String(isNamed)}`);
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}
