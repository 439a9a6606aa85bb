import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Settings } from '../model/settings.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { anchorFiles } from '../util/system-anchors.ts';

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

/** What says where a company's certificates are. */
export interface CompanyRequest {
  readonly settings: Pick<Settings, 'certificates'>;
  readonly host: Pick<Host, 'environment'>;
  readonly files: Files;
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

/** Whether a company's certificates are to be had at all: by the settings, a variable, or the system. */
export function namesCompanyCa(
  { certificates: { companyCa } }: CompanyRequest['settings'],
  { host, files }: Pick<CompanyRequest, 'host' | 'files'>,
): boolean {
  if (companyCa !== 'auto') return companyCa !== 'none';
  const isNamed = (name: string): boolean => (host.environment[name] ?? '') !== '';
  return [...FILE_VARIABLES, FOLDER_VARIABLE].some(isNamed) || anchorsOf(files).length > 0;
}

/** Where a company's certificates are, by what the settings say of them. */
export function companySources(request: CompanyRequest): Result<Found, readonly Failure[]> {
  const { companyCa } = request.settings.certificates;
  if (companyCa === 'none') return ok({ sources: [], notes: [] });
  return companyCa === 'auto' ? ok(fromMachine(request)) : fromSettings(companyCa, request.files);
}

/**
 * By variables, and what was added to the system's store by hand: many companies do nothing else, and
 * programs of the machine need nothing else. A variable that points nowhere is told, but stops nobody:
 * the person may not even know of it.
 */
function fromMachine({ host, files }: CompanyRequest): Found {
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
  const named = sources.length > 0 ? sources : fromFolders(host, files);
  return { sources: [...named, ...anchorsOf(files)], notes };
}

/** What was added to the system's store. */
function anchorsOf(files: Files): readonly Source[] {
  return anchorFiles(files).flatMap((path) => {
    const text = certificateText(path, files);
    return text === undefined ? [] : [{ label: `${path} (the system’s)`, text }];
  });
}

function fromFolders(host: CompanyRequest['host'], files: Files): readonly Source[] {
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

export function noCertificate(what: string): Failure {
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
  if (text.ok && text.value?.includes('BEGIN CERTIFICATE') === true) return text.value;
  return derText(path, files);
}

/** A single certificate in DER, as Windows exports it (`.cer`), in the words of a PEM file. */
function derText(path: string, files: Files): string | undefined {
  const bytes = files.readBytes(path);
  if (!bytes.ok || bytes.value === undefined) return undefined;
  const der = Buffer.from(bytes.value);
  // A sequence with a length of two bytes, and nothing behind it.
  const isOne = der.length > 4 && der.readUInt16BE(0) === 0x3082;
  if (!isOne || der.readUInt16BE(2) + 4 !== der.length) return undefined;
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
