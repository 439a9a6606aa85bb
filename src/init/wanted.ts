import { posix } from 'node:path';
import { mappingAt } from '../model/plain.ts';
import { firstLine, type WantedVersion } from './found.ts';
import type { Repository } from './repository.ts';

type Reader = Pick<Repository, 'read'>;

/** The first of the files that begins with a version, in the folder, then in the root. */
function versionFile(
  names: readonly string[],
  folder: string,
  repository: Reader,
): WantedVersion | undefined {
  for (const at of new Set([folder, '.'])) {
    for (const name of names) {
      const path = posix.join(at, name);
      const line = firstLine(repository.read(path))?.replace(/^v/, '');
      if (line !== undefined && /^\d/.test(line)) return { version: line, at: path };
    }
  }
  return undefined;
}

function engines(path: string, repository: Reader): WantedVersion | undefined {
  try {
    const manifest: unknown = JSON.parse(repository.read(path) ?? '');
    const { node } = mappingAt(manifest, 'engines');
    return typeof node === 'string' ? { version: node, at: path } : undefined;
  } catch {
    // Node tells what is wrong with it, with its place.
    return undefined;
  }
}

/** What the pattern's first group finds in a file, with its line if that is wanted. */
function written(
  pattern: RegExp,
  path: string,
  repository: Reader,
  withLine = false,
): WantedVersion | undefined {
  const text = repository.read(path) ?? '';
  const match = pattern.exec(text);
  if (match?.[1] === undefined) return undefined;
  const line = String(text.slice(0, match.index).split('\n').length);
  return { version: match[1], at: withLine ? `${path}:${line}` : path };
}

const PYTHON = /^requires-python\s*=\s*["']([^"']+)["']/m;
const GO = /^go (\d[\w.]*)/m;
const JAVA = /<(?:java\.version|maven\.compiler\.release)>([\d.]+)</;

type Look = (folder: string, repository: Reader) => WantedVersion | undefined;

/** By base image: where its language's code says which version it is written for. */
const LOOKS: ReadonlyMap<string, Look> = new Map([
  [
    'node',
    (folder, repository) =>
      versionFile(['.nvmrc', '.node-version'], folder, repository) ??
      engines(posix.join(folder, 'package.json'), repository),
  ],
  [
    'python',
    (folder, repository) =>
      versionFile(['.python-version'], folder, repository) ??
      written(PYTHON, posix.join(folder, 'pyproject.toml'), repository),
  ],
  ['go', (folder, repository) => written(GO, posix.join(folder, 'go.mod'), repository, true)],
  ['java', (folder, repository) => written(JAVA, posix.join(folder, 'pom.xml'), repository)],
]);

/** Which version of its image's language the code of a folder asks for, and where. */
export function wantedVersion(
  image: string,
  folder: string,
  repository: Reader,
): WantedVersion | undefined {
  return LOOKS.get(image)?.(folder, repository);
}
