import { basename, dirname, join, relative } from 'node:path';
import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import { DEV_FOLDER, secretPlace, type Places } from '../model/places.ts';

/**
 * A secret whose file is `.dev/secrets/NAME` is one that the tool makes. The file itself is in the
 * person's own folder.
 */
export function credentialEdits(
  document: PlainMapping,
  places: Pick<Places, 'root' | 'secrets'>,
): readonly Edit[] {
  const folder = join(places.root, DEV_FOLDER, 'secrets');
  return Object.entries(mappingAt(document, 'secrets')).flatMap(([name, secret]): Edit[] => {
    const file = isMapping(secret) ? secret['file'] : undefined;
    if (typeof file !== 'string' || dirname(file) !== folder) return [];
    const value = secretPlace(places, basename(file));
    return [{ kind: 'set', path: ['secrets', name, 'file'], value, label: 'credential' }];
  });
}

const HIDDEN = 'no container sees it';
const GUARDED = 'no container writes it';

/** What of the host containers do not get, though it lies where they mount. Absolute paths. */
export interface Masks {
  /** Folders that no container sees. */
  readonly hidden: readonly string[];
  /** Folders and files that no container writes. */
  readonly guarded: readonly string[];
  /** The project's own folder: it may lie in a hidden one, and is its own all the same. */
  readonly root?: string;
}

interface HostMount {
  /** Host path, absolute, links followed. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Its place in the service's list of volumes. */
  readonly index: number;
}

/** Is `path` below `folder`? Its way there; undefined when not. */
function wayDown(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') ? undefined : way;
}

/** Folders of the host that a service mounts, as they are or as volumes of the local driver. */
function hostMounts(
  document: PlainMapping,
  service: unknown,
  real: (path: string) => string,
): readonly HostMount[] {
  const volumes = isMapping(service) ? service['volumes'] : undefined;
  if (!Array.isArray(volumes)) return [];
  return volumes.flatMap((volume: unknown, index): HostMount[] => {
    if (!isMapping(volume)) return [];
    const { type, source, target } = volume;
    if (typeof source !== 'string' || typeof target !== 'string') return [];
    const readOnly = volume['read_only'] === true;
    if (type === 'bind') return [{ source: real(source), target, readOnly, index }];
    const options = mappingAt(mappingAt(mappingAt(document, 'volumes'), source), 'driver_opts');
    const { device } = options;
    return typeof device === 'string' && device.startsWith('/')
      ? [{ source: real(device), target, readOnly, index }]
      : [];
  });
}

/** Services whose mounts a service has, too: itself, and those that `volumes_from` names. */
function mountingServices(document: PlainMapping, name: string): readonly string[] {
  const services = mappingAt(document, 'services');
  const found = new Set([name]);
  for (const each of found) {
    const from = mappingAt(services, each)['volumes_from'];
    for (const entry of Array.isArray(from) ? (from as unknown[]) : []) {
      const [other = ''] = String(entry).split(':');
      if (other !== 'container') found.add(other);
    }
  }
  return [...found];
}

/**
 * Lays an empty folder that cannot be written over every place where a mount of a service would show
 * a hidden folder, and itself, read-only, over what is guarded. What is mounted out of one of them is
 * made read-only.
 * @param real follows links of the host.
 */
export function maskEdits(
  document: PlainMapping,
  masks: Masks,
  real: (path: string) => string,
): readonly Edit[] {
  const services = mappingAt(document, 'services');
  return Object.keys(services).flatMap((name) => {
    const masked = new Map<string, Edit>();
    for (const from of mountingServices(document, name)) {
      for (const mount of hostMounts(document, services[from], real)) {
        for (const edit of masksOf(name, mount, masks, from === name)) {
          masked.set(edit.path.join('/') + JSON.stringify('value' in edit ? edit.value : ''), edit);
        }
      }
    }
    return [...masked.values()];
  });
}

function masksOf(
  name: string,
  mount: HostMount,
  { hidden, guarded, root }: Masks,
  isOwn: boolean,
): readonly Edit[] {
  const path = ['services', name, 'volumes'];
  const edits = (place: string, label: string, mask: (target: string) => unknown): Edit[] => {
    const isOfRoot =
      root !== undefined &&
      wayDown(place, root) !== undefined &&
      wayDown(root, mount.source) !== undefined;
    if (isOfRoot) return [];
    if (wayDown(place, mount.source) !== undefined && isOwn) {
      const readOnly = [...path, String(mount.index), 'read_only'];
      return [{ kind: 'set', path: readOnly, value: true, label }];
    }
    const way = wayDown(mount.source, place);
    if (way === undefined || way === '') return [];
    return [{ kind: 'append', path, value: mask(join(mount.target, way)), label }];
  };
  return [
    ...hidden.flatMap((folder) => edits(folder, HIDDEN, emptyFolder)),
    ...(mount.readOnly ? [] : guarded).flatMap((place) =>
      edits(place, GUARDED, (target) => sameReadOnly(place, target)),
    ),
  ];
}

function emptyFolder(target: string): unknown {
  return { type: 'tmpfs', target, read_only: true, tmpfs: { size: 4096, mode: 0o555 } };
}

/** Never made by the engine: it would be root's, in the middle of the person's repository. */
function sameReadOnly(source: string, target: string): unknown {
  return { type: 'bind', source, target, read_only: true, bind: { create_host_path: false } };
}
