import { reachedPath } from '../../compose/check/reach-world.ts';
import type { Failure } from '../../events/failure.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { mountedPaths } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Where each host path that a document mounts really led when it was read. */
export type MountLeads = ReadonlyMap<string, string>;

type LinkFiles = Pick<Files, 'realPath' | 'linkTarget'>;

const led = (path: string, root: string, files: LinkFiles): string =>
  reachedPath(path, {
    root,
    realPath: (one) => files.realPath(one),
    linkTarget: (one) => files.linkTarget(one),
  });

/** Host paths that the engine follows when a service's container starts, volumes that are folders too. */
function sourcesOf(document: PlainMapping, service: string): readonly string[] {
  const { volumes } = mappingAt(mappingAt(document, 'services'), service);
  const named = (Array.isArray(volumes) ? (volumes as readonly unknown[]) : []).flatMap((volume) =>
    isMapping(volume) && volume['type'] === 'volume' ? [String(volume['source'])] : [],
  );
  const devices = named.flatMap((name) => {
    const { device } = mappingAt(mappingAt(mappingAt(document, 'volumes'), name), 'driver_opts');
    return typeof device === 'string' && device.startsWith('/') ? [device] : [];
  });
  return [...mountedPaths(document, service).map(({ path }) => path), ...devices];
}

/** Follows every mount of a document, at the moment at which it is read. */
export function mountLeads(document: PlainMapping, root: string, files: LinkFiles): MountLeads {
  const services = Object.keys(mappingAt(document, 'services'));
  const paths = new Set(services.flatMap((service) => sourcesOf(document, service)));
  return new Map([...paths].map((path) => [path, led(path, root, files)]));
}

/**
 * Looks once more, right before the engine follows the paths: code in a container that has the
 * project may meanwhile have put a link to anywhere of the machine in the place of a folder.
 */
export function leadsAsBefore(
  service: string,
  { document, leads, root }: Readonly<{ document: PlainMapping; leads: MountLeads; root: string }>,
  files: LinkFiles,
): Result<void, Failure> {
  for (const path of sourcesOf(document, service)) {
    const before = leads.get(path);
    const now = led(path, root, files);
    if (before === undefined || before === now) continue;
    return fail({
      reason: 'files',
      what: `${service} must not run: what it mounts from ${path} was swapped`,
      why: `it led to ${before} when the definition was read, and leads to ${now} now`,
      cure: `ls -ld ${path}   shows what is there; code in a container may have put it there`,
    });
  }
  return ok(undefined);
}
