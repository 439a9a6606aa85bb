import { sha256 } from '../../util/sha256.ts';
import { basename, relative, resolve } from 'node:path';
import { secretPlace } from '../../model/places.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { PlainMapping } from '../../model/plain.ts';
import {
  CREDENTIAL_PREFIX,
  fingerprintsText,
  givenVariables,
  mountedPaths,
  readPaths,
  TOOL_NAME,
  VARIABLE_PREFIX,
} from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';

/** Larger files are data, not configuration; a change of theirs recreates nothing. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** What the fingerprints are of, besides the files. */
export interface GivenValues {
  /** Those that Compose files may name. */
  readonly variables: Readonly<Record<string, string>>;
  /** A fingerprint of one of their values, which may be a secret. */
  readonly fingerprint: (value: string) => string;
}

/**
 * The label for each service with fingerprints of what its container is made of and Compose's hash
 * does not tell: the single files that it mounts (an editor that replaces a file leaves a running
 * container with the old one), where links to folders lead, its environment and label files, and variables that it is given as
 * files. Of a file it is of the contents; of a secret, it is when the file was written, as nothing of the secret itself
 * belongs into a label. So a credential that was made while nothing could be started, or under a
 * container that still has the one before, is found by the next plan, whenever that is.
 */
export function fileLabels(
  document: PlainMapping,
  services: readonly string[],
  { project, places }: OpenProject,
  { variables, fingerprint }: GivenValues,
  files: Pick<Files, 'isDirectory' | 'readBytes' | 'modifiedMs' | 'realPath'>,
): ReadonlyMap<string, string> {
  const credentials = secretPlace(places, '/');
  const known = new Map<string, string | undefined>();
  const hashOf = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path);
    const hash = files.isDirectory(path)
      ? linkedFolder(path, project.root, files)
      : contentHash(path, files);
    known.set(path, hash);
    return hash;
  };
  const nameOf = (path: string): string => {
    if (path === places.runModule) return TOOL_NAME;
    if (path.startsWith(credentials)) return CREDENTIAL_PREFIX + basename(path);
    const inside = relative(project.root, path);
    return inside.startsWith('..') ? path : inside;
  };
  return new Map(
    services.map((service) => {
      const mounted = mountedPaths(document, service).map(({ path, secret }) => {
        const isSecret = secret || path.startsWith(credentials);
        return [nameOf(path), isSecret ? writtenAt(path, files) : hashOf(path)] as const;
      });
      const read = readPaths(document, service).map((path) => {
        const absolute = resolve(project.root, path);
        return [nameOf(absolute), hashOf(absolute)] as const;
      });
      const given = givenVariables(document, service).map((name) => {
        const value = variables[name];
        const print = value === undefined ? undefined : fingerprint(value);
        return [VARIABLE_PREFIX + name, print] as const;
      });
      const prints = [...read, ...given, ...mounted].flatMap(([name, print]) =>
        print === undefined ? [] : [[name, print] as const],
      );
      return [service, fingerprintsText(new Map(prints))];
    }),
  );
}

function contentHash(path: string, files: Pick<Files, 'readBytes'>): string | undefined {
  const bytes = files.readBytes(path);
  const content = bytes.ok ? bytes.value : undefined;
  if (content === undefined || content.length > MAXIMUM_BYTES) return undefined;
  return sha256(content).slice(0, 12);
}

/** Of a folder of the project that a link leads to, where that is: a running container keeps the one before. */
function linkedFolder(
  path: string,
  root: string,
  files: Pick<Files, 'realPath'>,
): string | undefined {
  const inside = relative(root, path);
  const [is, rootIs] = [files.realPath(path), files.realPath(root)];
  if (inside.startsWith('..') || is === undefined || rootIs === undefined) return undefined;
  // The folder itself may lie behind a link, and be moved with all that is in it.
  const leads = relative(rootIs, is);
  return leads === inside ? undefined : sha256(leads).slice(0, 12);
}

/** In milliseconds, which copies of a folder keep; in base 36. */
function writtenAt(path: string, files: Pick<Files, 'modifiedMs'>): string | undefined {
  const ms = files.modifiedMs(path);
  return ms === undefined ? undefined : Math.floor(ms).toString(36);
}
