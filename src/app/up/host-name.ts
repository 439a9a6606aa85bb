import { HOST_NAME } from '../../generate/host-name-edits.ts';
import type { PlainMapping } from '../../model/plain.ts';
import { mountedPaths, readPaths } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';

/** Larger files are data, not configuration. */
const MAXIMUM_BYTES = 1024 * 1024;

/** Whether single files that a service is given name the machine as Docker Desktop does; secrets are not read. */
export function namesHostInFiles(
  document: PlainMapping,
  service: string,
  files: Pick<Files, 'stat' | 'realPath' | 'readBytes'>,
): boolean {
  const mounted = mountedPaths(document, service).filter(({ secret }) => !secret);
  const paths = [...mounted.map(({ path }) => path), ...readPaths(document, service)];
  return paths.some((path) => {
    const real = files.realPath(path);
    const entry = real === undefined ? undefined : files.stat(real);
    if (real === undefined || entry?.kind !== 'file' || entry.bytes > MAXIMUM_BYTES) return false;
    const bytes = files.readBytes(real);
    return bytes.ok && Buffer.from(bytes.value ?? []).includes(HOST_NAME);
  });
}
