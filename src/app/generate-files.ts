import { basename, dirname } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { ensureCaBundle } from '../generate/ca-bundle.ts';
import { ensureCertificates } from '../generate/certificates.ts';
import { ensureCredentials, secretPath } from '../generate/credentials.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Prepared } from './prepare.ts';

/** Names of the secrets whose file lies in `.dev/secrets`. */
function generatedSecrets(document: PlainMapping, devDirectory: string): readonly string[] {
  const folder = dirname(secretPath(devDirectory, 'any'));
  return Object.values(mappingAt(document, 'secrets')).flatMap((secret) => {
    const file = isMapping(secret) ? secret['file'] : undefined;
    return typeof file === 'string' && dirname(file) === folder ? [basename(file)] : [];
  });
}

/**
 * Makes sure of everything in `.dev` that containers mount: certificates, the CA bundle,
 * credentials. What is right stays as it is.
 */
export async function generateFiles(
  { opened, document, environment }: Prepared,
  world: Pick<World, 'files' | 'host' | 'clock'>,
  report: Report,
): Promise<Result<void, readonly Failure[]>> {
  const { devDirectory, settings, project, instance } = opened;
  const { files, host, clock } = world;
  const certificates = await ensureCertificates({
    devDirectory,
    hosts: [...new Set([project.name, instance])],
    services: environment.order,
    settings,
    files,
    clock,
  });
  if (!certificates.ok) return fail([certificates.failure]);
  const bundle = ensureCaBundle({
    devDirectory,
    ownCertificates: [certificates.value.ca],
    settings,
    host,
    files,
    publicRoots: () => host.publicRoots(),
  });
  if (!bundle.ok) return bundle;
  const names = generatedSecrets(document, devDirectory);
  const credentials = ensureCredentials({ names, devDirectory, settings, files });
  if (!credentials.ok) return credentials;
  const { made, replaced } = credentials.value;
  const notes = [
    ...certificates.value.notes,
    ...bundle.value.notes,
    ...(made.length > 0 ? [`made credentials: ${made.join(', ')}`] : []),
    ...(replaced.length > 0 ? [`took your own credentials: ${replaced.join(', ')}`] : []),
  ];
  for (const text of notes) report({ kind: 'note', level: 'info', text });
  return ok(undefined);
}
