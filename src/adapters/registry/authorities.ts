import { homedir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Files } from '../../ports/files.ts';

/** Where systems keep whom they trust, as one file. */
const SYSTEM_STORES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];
/** Where people say it for everything that they run. */
const VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/** The engine's own folders of a registry: of the system's, of one without root, of Docker Desktop. */
function engineFolders(host: string, home: string): readonly string[] {
  const folders = ['/etc/docker', join(home, '.config/docker'), join(home, '.docker')];
  return folders.map((folder) => join(folder, 'certs.d', host));
}

interface AuthoritiesWorld {
  readonly files: Pick<Files, 'read' | 'list'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Whom a registry's certificate may be vouched for by, PEM: as the engine has it, that of the system
 * and the folder that it has for the registry; and whom the person's variables name.
 */
export function authoritiesFor(
  host: string,
  { files, environment }: AuthoritiesWorld,
): readonly string[] {
  const own = engineFolders(host, environment['HOME'] ?? homedir()).flatMap((folder) =>
    files
      .list(folder)
      .filter((name) => name.endsWith('.crt'))
      .map((name) => join(folder, name)),
  );
  const named = VARIABLES.flatMap((name) => environment[name] ?? []);
  const texts = [...SYSTEM_STORES, ...named, ...own].flatMap((path) => {
    const text = files.read(path);
    return text.ok && text.value?.includes('BEGIN CERTIFICATE') === true ? [text.value] : [];
  });
  return [...rootCertificates, ...texts];
}
