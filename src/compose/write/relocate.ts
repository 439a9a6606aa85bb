import { isAbsolute, relative } from 'node:path/posix';
import { rules } from '../rules.ts';
import { child, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';
import { rewritten } from '../walk.ts';

type Kind = 'path' | 'files' | 'mount' | 'volume';

/** Where paths stand in a merged document. */
const PATHS = rules<Kind>({
  'services.*.build.context': 'path',
  'services.*.build.additional_contexts.*': 'path',
  'services.*.env_file': 'files',
  'services.*.label_file.*': 'path',
  'services.*.develop.watch.*.path': 'path',
  'services.*.volumes.*': 'mount',
  'configs.*.file': 'path',
  'secrets.*.file': 'path',
  'volumes.*': 'volume',
});

export interface Location {
  /** Absolute folder that the file will lie in. */
  readonly directory: string;
  /** Absolute folder inside which paths are shown relative; those outside stay absolute. */
  readonly shownRoot: string;
}

const MOVERS: Readonly<Record<Kind, (node: Node, location: Location) => Node>> = {
  path,
  files: environmentFiles,
  mount: (node, location) =>
    stringOf(child(node, 'type')) === 'bind' ? withPath(node, 'source', location) : node,
  volume: driverVolume,
};

/** A copy whose absolute paths are relative to the folder the file will lie in. */
export function relocated(root: MapNode, location: Location): MapNode {
  return rewritten(root, PATHS, (node, kind) => MOVERS[kind](node, location)) as MapNode;
}

function path(node: Node, { directory, shownRoot }: Location): Node {
  const value = stringOf(node);
  if (node.kind !== 'scalar' || value === undefined || !isAbsolute(value)) return node;
  if (value !== shownRoot && !value.startsWith(`${shownRoot === '/' ? '' : shownRoot}/`))
    return node;
  const way = relative(directory, value);
  return { ...node, value: way === '' ? '.' : way.startsWith('..') ? way : `./${way}` };
}

function withPath(node: Node, key: string, location: Location): Node {
  if (node.kind !== 'map') return node;
  const entry = node.entries.get(key);
  if (entry === undefined) return node;
  const entries = new Map(node.entries);
  entries.set(key, { ...entry, value: path(entry.value, location) });
  return { ...node, entries };
}

/** A file that is listed twice keeps both entries: Compose takes equal texts for one. */
function environmentFiles(node: Node, location: Location): Node {
  if (node.kind !== 'list') return node;
  const used = new Set<string>();
  const items = node.items.map((item) => {
    const moved = withPath(item, 'path', location);
    let text = stringOf(child(moved, 'path'));
    if (text === undefined || moved.kind !== 'map') return moved;
    while (used.has(text)) text = text.startsWith('/') ? `/${text}` : `./${text}`;
    used.add(text);
    const entry = moved.entries.get('path');
    if (entry?.value.kind === 'scalar') {
      moved.entries.set('path', { ...entry, value: { ...entry.value, value: text } });
    }
    return moved;
  });
  return { ...node, items };
}

function driverVolume(node: Node, location: Location): Node {
  const options = child(node, 'driver_opts');
  if (
    node.kind !== 'map' ||
    stringOf(child(node, 'driver')) !== 'local' ||
    stringOf(child(options, 'o')) !== 'bind' ||
    options === undefined
  ) {
    return node;
  }
  const entries = new Map(node.entries);
  const entry = entries.get('driver_opts');
  if (entry === undefined) return node;
  entries.set('driver_opts', { ...entry, value: withPath(options, 'device', location) });
  return { ...node, entries };
}
