import { X509Certificate } from 'node:crypto';
import type { Failure } from '../events/failure.ts';
import type { Places } from '../model/places.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { isIssuedBy, timeProblem, type ParsedPair } from './certificate-check.ts';
import { isMadeHere } from './certificates.ts';
import { ensureFile } from './ensure-file.ts';
import { isConstrainedTo, type Permitted } from './name-constraints.ts';
import { readPair } from './router-certificate.ts';

/** One is made anew when it has less time left than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
/** All that a browser or the system is asked to trust it for: names that lead to this machine. */
const LOCALHOST: Permitted = { zones: ['localhost'], exact: [], ip: ['127.0.0.1', '::1'] };

/** What stores of the machine are given: the CA of one project, for localhost alone. */
export interface Anchor {
  /** PEM. */
  readonly certificate: string;
  /** As certificate managers show it. */
  readonly subject: string;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
  readonly validTo: string;
}

interface AnchorRequest {
  readonly places: Pick<Places, 'ca' | 'anchor'>;
  readonly files: Pick<Files, 'read' | 'mode' | 'writeAtomic'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The project's CA as the machine may trust it. The CA signs for the services' names too, which are
 * another machine's in somebody's network: so this is a second certificate of the same CA and key
 * that permits names below localhost and loopback addresses only. What is right stays; with `write`
 * it is made.
 * @returns undefined when there is none yet and it is not to be written.
 */
export async function projectAnchor(
  { places, files, clock }: AnchorRequest,
  write: boolean,
): Promise<Result<Anchor | undefined, Failure>> {
  const ca = readPair(places.ca, files);
  if (ca === undefined) {
    return fail({
      reason: 'usage',
      what: 'this project has no CA yet',
      why: 'dev up makes it',
      cure: 'dev up, then dev certs trust',
    });
  }
  if (!isMadeHere(ca.x509)) {
    return fail({
      reason: 'usage',
      what: 'the CA of this project is not one that dev made: it may sign for any site',
      why: 'certificates.ca in dev.settings.yaml names it, or an older version made it',
      cure: 'Import it yourself if you mean to; or remove those lines, then dev up',
    });
  }
  const read = files.read(places.anchor);
  const current = read.ok && read.value !== undefined ? parsed(read.value) : undefined;
  if (read.ok && current !== undefined && isRight(current, ca, clock.now())) {
    return ok(anchorOf(read.value ?? '', current));
  }
  if (!write) return ok(undefined);
  const { narrowedCa } = await import('./make-certificates.ts');
  const certificate = await narrowedCa(ca, LOCALHOST, clock.now());
  const written = ensureFile(files, places.anchor, certificate);
  return written.ok ? ok(anchorOf(certificate, new X509Certificate(certificate))) : written;
}

/** The same CA by another certificate: name and key are its own, and localhost is all that it permits. */
function isRight(x509: X509Certificate, ca: ParsedPair, nowMs: number): boolean {
  return (
    x509.subject === ca.x509.subject &&
    isIssuedBy(x509, ca.x509) &&
    x509.checkPrivateKey(ca.privateKey) &&
    isConstrainedTo(x509.raw, LOCALHOST) &&
    timeProblem(x509, nowMs, RENEW_BEFORE_MS) === undefined
  );
}

function anchorOf(certificate: string, x509: X509Certificate): Anchor {
  const subject = x509.subject.split('\n')[0]?.replace(/^CN=/, '') ?? '';
  return { certificate, subject, fingerprint: x509.fingerprint256, validTo: x509.validTo };
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
