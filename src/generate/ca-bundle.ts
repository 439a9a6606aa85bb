import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { COMPANY_BUNDLE, companyFolder } from '../model/company-trust.ts';
import type { Places } from '../model/places.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { counted } from '../util/counted.ts';
import { companySources, noCertificate, type CompanyRequest } from './company-certificates.ts';
import { pemCertificates, readCertificates } from './certificate-check.ts';
import type { ReadCertificates } from './certificate-check.ts';
import { ensureFile } from './ensure-file.ts';
import { PRIVATE_FILE } from './private-folder.ts';
import { javaTrustStore } from './java-trust-store.ts';

/** So many broken certificates of a file are numbered. */
const SHOWN_BROKEN = 5;
/** Steps of a build run as whoever its Dockerfile says. */
const BUILDS_MODE = 0o644;

export interface CaBundleRequest extends CompanyRequest {
  readonly places: Pick<Places, 'bundle' | 'javaTrustStore'>;
  /** PEM of the project's CA, and of whatever else is trusted here. */
  readonly ownCertificates: readonly string[];
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
 * Makes sure that the bundle holds the public roots, the company's certificates and the project's CA, each
 * once, in a fixed order; that `bundle.jks` beside it holds the same where there is Java; and that builds
 * have the same without the project's own. Its first line is a fingerprint of what it was made from, so
 * that nothing is done when that has not changed. What is no certificate is told and left out.
 */
export async function ensureCaBundle(
  request: CaBundleRequest,
): Promise<Result<CaBundle, readonly Failure[]>> {
  const found = companySources(request);
  if (!found.ok) return found;
  const { sources, notes } = found.value;
  const { bundle: path, javaTrustStore: javaPath } = request.places;
  const forBuilds = join(companyFolder(path), COMPANY_BUNDLE);
  const texts = [...sources.map(({ text }) => text), ...request.ownCertificates];
  // What the settings name has to be right, what a variable names need not.
  const isNamed = Array.isArray(request.settings.certificates.companyCa);
  const firstLine = `# ${fingerprintOf(texts, isNamed, request.host.nodeVersion)}\n`;
  const current = request.files.read(path);
  if (current.ok && current.value?.startsWith(firstLine) === true) {
    const files = request.java ? [path, javaPath] : [path];
    const modes = files.map((file) => request.files.mode(file));
    const areOurs = modes.every((mode) => mode === PRIVATE_FILE);
    if (areOurs && request.files.mode(forBuilds) === BUILDS_MODE) return ok({ path, notes });
  }
  const roots = (await request.publicRoots()).flatMap(pemCertificates);
  const company = sources.map(({ label, text }) => ({ label, ...readCertificates(text) }));
  const useless = company.filter(({ certificates }) => certificates.length === 0);
  if (useless.length > 0 && isNamed) {
    return fail(useless.map(({ label }) => noCertificate(`${label} has no certificate in it`)));
  }
  const own = request.ownCertificates.flatMap((text) => readCertificates(text).certificates);
  const common = unique([...roots, ...company.flatMap(({ certificates }) => certificates)]);
  const all = unique([...common, ...own]);
  // The bundle comes last: its first line says that all are complete.
  const java = writeJava(request, javaPath, all);
  if (!java.ok) return fail([java.failure]);
  const folder = request.files.makeDirectory(dirname(forBuilds));
  if (!folder.ok) return fail([folder.failure]);
  const builds = ensureFile(request.files, forBuilds, common.join(''), BUILDS_MODE);
  if (!builds.ok) return fail([builds.failure]);
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

/** What is trusted beyond the public roots, and because of whom. */
function trustNotes(roots: readonly string[], sources: readonly Company[]): readonly string[] {
  const known = new Set(roots);
  return sources.flatMap(({ label, certificates }) => {
    const added = unique(certificates).filter((one) => !known.has(one)).length;
    for (const one of certificates) known.add(one);
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
