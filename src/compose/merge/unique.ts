import { goFormat } from '../format.ts';
import type { Problems } from '../problems.ts';
import { rules } from '../rules.ts';
import type { SettledParts } from './settled.ts';
import { chain, child, list, stringOf } from '../tree.ts';
import type { ListNode, MapNode, Node } from '../tree.ts';
import { parseVolume } from '../volume-spec.ts';
import { rewriteInPlace } from '../walk.ts';

/** The key by which a list item is the same as another; undefined when it cannot have one. */
type Identity = (item: Node, problems: Problems, path: string) => string | undefined;

const patterns: Record<string, Identity> = {
  'networks.*.labels': byKey,
  'networks.*.ipam.options': byKey,
  'services.*.devices': byDeviceTarget,
  'services.*.configs': byMount(''),
  'services.*.env_file': byFile,
  'services.*.expose': byExposed,
  'services.*.ports': byPort,
  'services.*.secrets': byMount('/run/secrets'),
  'services.*.volumes': byTarget,
};
for (const path of [
  'annotations',
  'build.args',
  'build.additional_contexts',
  'build.tags',
  'build.labels',
  'cap_add',
  'cap_drop',
  'deploy.labels',
  'dns',
  'dns_opt',
  'dns_search',
  'environment',
  'labels',
  'links',
  'networks.*.aliases',
  'networks.*.link_local_ips',
  'profiles',
  'sysctls',
  'tmpfs',
]) {
  patterns[`services.*.${path}`] = byKey;
}
const IDENTITIES = rules(patterns);

/** Before: new items are as files have them. After: all are in their long forms. */
type Phase = 'before' | 'after';

/**
 * Leaves one of every item that lists hold twice: the last value, at the first one's place. Called
 * before short forms are brought to long ones, and after: what looked different may be the same.
 */
export function enforceUnique(
  root: MapNode,
  problems: Problems,
  { settled, phase }: { readonly settled: SettledParts; readonly phase: Phase },
): void {
  const rewrite = (node: Node, identity: Identity, path: string): Node => {
    if (node.kind !== 'list') return node;
    const keyOf = (item: Node): string | undefined => identity(item, problems, path);
    if (settled.stateOf(node) === undefined) return unique(node, keyOf, settled, phase);
    return phase === 'before'
      ? uniqueBefore(node, keyOf, settled)
      : uniqueAfter(node, keyOf, settled);
  };
  rewriteInPlace(root, IDENTITIES, rewrite, { skip: (node) => settled.has(node) });
}

type KeyOf = (item: Node) => string | undefined;

/** A list of which nothing is known. */
function unique(node: ListNode, keyOf: KeyOf, settled: SettledParts, phase: Phase): ListNode {
  const places = new Map<string, number>();
  const kept: Node[] = [];
  let isKnown = true;
  for (const item of node.items) {
    const key = keyOf(item);
    isKnown &&= key !== undefined;
    if (key !== undefined) keep(item, key, { places, kept });
  }
  const isSame = kept.length === node.items.length && node.absent !== true;
  const result = isSame ? node : withItems(node, kept);
  if (phase === 'after' && isKnown) settled.keyed(result, places);
  return result;
}

function keep(
  item: Node,
  key: string,
  { places, kept }: { readonly places: Map<string, number>; readonly kept: Node[] },
): void {
  const index = places.get(key);
  if (index === undefined) {
    places.set(key, kept.length);
    kept.push(item);
    return;
  }
  const before = kept[index];
  if (before !== undefined && before !== item) chain(item, before);
  kept[index] = item;
}

const withItems = (node: ListNode, kept: Node[]): ListNode => ({
  ...list(kept, node.at),
  ...(node.over && { over: node.over }),
});

/** One whose older items have keys: only new ones, at its end, can be the same as another. */
function uniqueBefore(node: ListNode, keyOf: KeyOf, settled: SettledParts): ListNode {
  const state = settled.stateOf(node);
  if (state === undefined) return node;
  const { keys, young } = state;
  const tail = [...young].flatMap(([index, age]) => (age === 'new' ? [index] : []));
  const [first] = tail;
  if (first === undefined) return node;
  const kept = node.items.slice(0, first);
  const own = new Map<string, number>();
  for (const index of tail) young.delete(index);
  for (const item of node.items.slice(first)) {
    const key = keyOf(item);
    if (key === undefined) {
      settled.unsettle(node);
      return node;
    }
    const older = keys.get(key);
    const places = older === undefined ? own : new Map([[key, older]]);
    keep(item, key, { places, kept });
    if (older !== undefined) young.set(older, 'new');
  }
  for (let index = first; index < kept.length; index += 1) young.set(index, 'new');
  const result = withItems(node, kept);
  settled.reformed(node, result);
  return result;
}

/** The same once new items have their long forms, by which they are known from now on. */
function uniqueAfter(node: ListNode, keyOf: KeyOf, settled: SettledParts): ListNode {
  const state = settled.stateOf(node);
  if (state === undefined) return node;
  const { keys, young } = state;
  const older = keys.size;
  for (const [index, age] of young) {
    const item = node.items[index];
    if (age !== 'new' || item === undefined) continue;
    const key = keyOf(item);
    const place = key === undefined ? undefined : keys.get(key);
    const isPlaced = place === (index < older ? index : undefined);
    if (key === undefined || !isPlaced) {
      // Its long form is another's, or no longer that of the one whose place it took.
      settled.unsettle(node);
      return unique(node, keyOf, settled, 'after');
    }
    keys.set(key, index);
  }
  return node;
}

function byKey(item: Node, problems: Problems, path: string): string | undefined {
  const value = stringOf(item);
  if (value === undefined) {
    problems.add(`${path}: every item must be text`, item.at, { cure: 'Write it in quotes.' });
    return undefined;
  }
  const cut = value.indexOf('=');
  return cut === -1 ? value : value.slice(0, cut);
}

function byTarget(item: Node, problems: Problems, path: string): string | undefined {
  if (item.kind === 'map') {
    const target = stringOf(child(item, 'target'));
    if (target === undefined) problems.add(`${path}: a mount needs a target`, item.at);
    return target;
  }
  const spec = stringOf(item);
  if (spec === undefined) return '';
  const parsed = parseVolume(spec);
  if (!parsed.ok) {
    problems.add(`"${spec}" is no volume: ${parsed.failure}`, item.at);
    return undefined;
  }
  return parsed.value.target;
}

function byDeviceTarget(item: Node, problems: Problems, path: string): string | undefined {
  if (item.kind === 'map') {
    const target = stringOf(child(item, 'target'));
    if (target === undefined) problems.add(`${path}: a device needs a target`, item.at);
    return target;
  }
  const spec = stringOf(item);
  if (spec === undefined) return '';
  const parts = spec.split(':');
  return parts[1] ?? parts[0] ?? '';
}

function byExposed(item: Node, problems: Problems, path: string): string | undefined {
  if (item.kind === 'scalar' && (item.type === 'string' || item.type === 'int')) {
    return String(item.value);
  }
  problems.add(`${path}: a port is a number or a text`, item.at);
  return undefined;
}

function byMount(folder: string): Identity {
  return (item, problems, path) => {
    const name = stringOf(item);
    if (name !== undefined) return `${folder}/${name}`;
    if (item.kind === 'map') {
      const target = child(item, 'target');
      if (target === undefined) return `${folder}/${formatted(child(item, 'source'))}`;
      const text = stringOf(target);
      if (text === undefined) problems.add(`${path}: a target must be text`, target.at);
      return text;
    }
    problems.add(`${path}: an item is a name or a mapping`, item.at);
    return undefined;
  };
}

function byFile(item: Node, problems: Problems, path: string): string | undefined {
  if (item.kind !== 'map') return stringOf(item) ?? '';
  const file = stringOf(child(item, 'path'));
  if (file === undefined) problems.add(`${path}: an item needs a path`, item.at);
  return file;
}

function byPort(item: Node, problems: Problems, path: string): string | undefined {
  if (item.kind !== 'map') {
    if (item.kind === 'scalar' && (item.type === 'string' || item.type === 'int')) {
      return String(item.value);
    }
    return '';
  }
  const target = child(item, 'target');
  if (target === undefined) {
    problems.add(`${path}: a port needs a target`, item.at);
    return undefined;
  }
  // The kinds are kept apart, as in Compose: "80" and 80 are two published ports.
  const part = (key: string, missing: string): string => {
    const node = child(item, key);
    return node === undefined
      ? missing
      : `${node.kind === 'scalar' ? node.type : ''} ${formatted(node)}`;
  };
  const host = stringOf(child(item, 'host_ip')) ?? '0.0.0.0';
  const protocol = stringOf(child(item, 'protocol')) ?? 'tcp';
  return `${host}:${part('published', '')}:${part('target', '')}/${protocol}`;
}

function formatted(node: Node | undefined): string {
  return node === undefined ? '<nil>' : goFormat(node);
}
