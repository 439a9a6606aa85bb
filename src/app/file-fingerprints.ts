import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { secretPath } from '../generate/credentials.ts';
import type { OpenProject } from '../model/open-project.ts';
import type { PlainMapping } from '../model/plain.ts';
import { fingerprintsText, mountedPaths } from '../plan/mounted-files.ts';
import type { Files } from '../ports/files.ts';

/** Larger files are data, not configuration; a change of theirs recreates nothing. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * The label for each service with the contents of the single files that it mounts: an editor that
 * replaces a file leaves a running container with the old one, so the container is made anew.
 * Credentials are not fingerprinted: nothing of them belongs into a label.
 */
export function fileLabels(
  document: PlainMapping,
  services: readonly string[],
  { project, devDirectory }: OpenProject,
  files: Pick<Files, 'isDirectory' | 'readBytes'>,
): ReadonlyMap<string, string> {
  const credentials = secretPath(devDirectory, '');
  const known = new Map<string, string | undefined>();
  const hashOf = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path);
    const bytes =
      path.startsWith(credentials) || files.isDirectory(path) ? undefined : files.readBytes(path);
    const content = bytes?.ok === true ? bytes.value : undefined;
    const isSmall = content !== undefined && content.length <= MAXIMUM_BYTES;
    const hash = isSmall
      ? createHash('sha256').update(content).digest('hex').slice(0, 12)
      : undefined;
    known.set(path, hash);
    return hash;
  };
  return new Map(
    services.map((service) => {
      const hashes = mountedPaths(document, service).flatMap((path) => {
        const hash = hashOf(path);
        const shown = relative(project.root, path);
        return hash === undefined ? [] : [[shown.startsWith('..') ? path : shown, hash] as const];
      });
      return [service, fingerprintsText(new Map(hashes))];
    }),
  );
}
