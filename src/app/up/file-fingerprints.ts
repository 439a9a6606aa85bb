import { createHash } from 'node:crypto';
import { basename, relative } from 'node:path';
import { secretPath } from '../../generate/credentials.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { PlainMapping } from '../../model/plain.ts';
import { CREDENTIAL_PREFIX, fingerprintsText, mountedPaths } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';

/** Larger files are data, not configuration; a change of theirs recreates nothing. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * The label for each service with fingerprints of the single files that it mounts: an editor that
 * replaces a file leaves a running container with the old one, so the container is made anew. It is
 * of the contents; of a secret, it is when the file was written, as nothing of the secret itself
 * belongs into a label. So a credential that was made while nothing could be started, or under a
 * container that still has the one before, is found by the next plan, whenever that is.
 */
export function fileLabels(
  document: PlainMapping,
  services: readonly string[],
  { project, devDirectory }: OpenProject,
  files: Pick<Files, 'isDirectory' | 'readBytes' | 'modifiedMs'>,
): ReadonlyMap<string, string> {
  const credentials = secretPath(devDirectory, '');
  const known = new Map<string, string | undefined>();
  const hashOf = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path);
    const hash = files.isDirectory(path) ? undefined : contentHash(path, files);
    known.set(path, hash);
    return hash;
  };
  const nameOf = (path: string): string => {
    if (path.startsWith(credentials)) return CREDENTIAL_PREFIX + basename(path);
    const inside = relative(project.root, path);
    return inside.startsWith('..') ? path : inside;
  };
  return new Map(
    services.map((service) => {
      const prints = mountedPaths(document, service).flatMap(({ path, secret }) => {
        const print =
          secret || path.startsWith(credentials) ? writtenAt(path, files) : hashOf(path);
        return print === undefined ? [] : [[nameOf(path), print] as const];
      });
      return [service, fingerprintsText(new Map(prints))];
    }),
  );
}

function contentHash(path: string, files: Pick<Files, 'readBytes'>): string | undefined {
  const bytes = files.readBytes(path);
  const content = bytes.ok ? bytes.value : undefined;
  if (content === undefined || content.length > MAXIMUM_BYTES) return undefined;
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

/** In milliseconds, which copies of a folder keep; in base 36. */
function writtenAt(path: string, files: Pick<Files, 'modifiedMs'>): string | undefined {
  const ms = files.modifiedMs(path);
  return ms === undefined ? undefined : Math.floor(ms).toString(36);
}
