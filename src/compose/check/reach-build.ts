import { resolve } from 'node:path';
import { child, itemsOf, shownScalar, stringOf } from '../tree.ts';
import type { Node } from '../tree.ts';
import { reachedPath, outside, type FoundPath, type ReachWorld } from './reach-world.ts';

/** What a `build:` reads of the host beyond the project, and which rights its steps have. */
export function buildReach(
  where: string,
  build: Node | undefined,
  world: ReachWorld,
): readonly FoundPath[] {
  if (build === undefined) return [];
  const context = child(build, 'context') ?? build;
  return [
    ...pathReach(`${where}.context`, context, world),
    ...dockerfileReach(where, build, stringOf(context), world),
    ...pairsOf(child(build, 'additional_contexts')).flatMap(({ value, node }) =>
      pathReach(`${where}.additional_contexts`, node, world, value),
    ),
    ...['cache_from', 'cache_to'].flatMap((key) => cacheReach(where, key, build, world)),
    ...pairsOf(child(build, 'ssh')).map(({ text, node }): FoundPath => ({
      kind: 'secret',
      where: `${where}.ssh`,
      what: `your SSH keys (${text})`,
      at: node.at,
    })),
    ...buildRights(where, build),
  ];
}

interface Pair {
  /** The value alone. */
  readonly value: string;
  /** `name=value`, or what is there. */
  readonly text: string;
  readonly node: Node;
}

/** The pairs of a mapping, or of a list of `name=value`. */
export function pairsOf(node: Node | undefined): readonly Pair[] {
  if (node?.kind === 'map') {
    return [...node.entries].map(([name, { value }]) => {
      const shown = shownScalar(value) ?? '';
      return { value: shown, text: shown === '' ? name : `${name}=${shown}`, node: value };
    });
  }
  return itemsOf(node).map((item) => {
    const text = stringOf(item) ?? '';
    return { value: text.slice(text.indexOf('=') + 1), text, node: item };
  });
}

/** Whether Compose takes it for something else than a path: an address, an image, a service. */
function isAddressed(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|service:)/i.test(text);
}

function pathReach(
  where: string,
  node: Node,
  world: ReachWorld,
  text = stringOf(node),
): readonly FoundPath[] {
  if (text === undefined) return [];
  const path = text.replace(/^(?:oci-layout|file):\/\//i, '');
  if (isAddressed(path) || !outside(path, world)) return [];
  return [{ kind: 'path', where, what: `reads ${reachedPath(path, world)}`, at: node.at }];
}

function dockerfileReach(
  where: string,
  build: Node,
  context: string | undefined,
  world: ReachWorld,
): readonly FoundPath[] {
  const node = child(build, 'dockerfile');
  const path = stringOf(node);
  if (node === undefined || path === undefined || context === undefined) return [];
  if (isAddressed(context) || isAddressed(path)) return [];
  return pathReach(`${where}.dockerfile`, node, world, resolve(world.root, context, path));
}

function cacheReach(
  where: string,
  key: string,
  build: Node,
  world: ReachWorld,
): readonly FoundPath[] {
  return itemsOf(child(build, key)).flatMap((node): readonly FoundPath[] => {
    const text = stringOf(node) ?? '';
    // Without a type it names a registry.
    const type = /\btype=([^,]+)/.exec(text)?.[1] ?? 'registry';
    if (key === 'cache_to' && type !== 'local' && type !== 'inline') {
      const what = `writes ${text}, by your logins`;
      return [{ kind: 'secret', where: `${where}.${key}`, what, at: node.at }];
    }
    if (type !== 'local') return [];
    const path = /\b(?:src|dest)=([^,]+)/.exec(text)?.[1];
    if (path === undefined || !outside(path, world)) return [];
    const verb = key === 'cache_to' ? 'writes' : 'reads';
    const what = `${verb} ${reachedPath(path, world)}`;
    return [{ kind: 'path', where: `${where}.${key}`, what, at: node.at }];
  });
}

function buildRights(where: string, build: Node): readonly FoundPath[] {
  const found: FoundPath[] = [];
  const privileged = child(build, 'privileged');
  if (privileged !== undefined && shownScalar(privileged) === 'true') {
    const what = 'all rights of root';
    found.push({ kind: 'rights', where: `${where}.privileged`, what, at: privileged.at });
  }
  for (const node of itemsOf(child(build, 'entitlements'))) {
    const what = stringOf(node) ?? '';
    found.push({ kind: 'rights', where: `${where}.entitlements`, what, at: node.at });
  }
  const network = child(build, 'network');
  if (network !== undefined && stringOf(network) === 'host') {
    found.push({ kind: 'network', where: `${where}.network`, what: "the host's", at: network.at });
  }
  return found;
}
