import { goFormat } from '../format.ts';
import type { Problems } from '../problems.ts';
import { rules } from '../rules.ts';
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

/** Leaves one of every item that lists hold twice: the last value, at the first one's place. */
export function enforceUnique(root: MapNode, problems: Problems): void {
  rewriteInPlace(root, IDENTITIES, (node, identity, path) =>
    node.kind === 'list' ? unique(node, identity, problems, path) : node,
  );
}

function unique(node: ListNode, identity: Identity, problems: Problems, path: string): ListNode {
  const places = new Map<string, number>();
  const kept: Node[] = [];
  for (const item of node.items) {
    const key = identity(item, problems, path);
    if (key === undefined) continue;
    const index = places.get(key);
    if (index === undefined) {
      places.set(key, kept.length);
      kept.push(item);
      continue;
    }
    const before = kept[index];
    if (before !== undefined && before !== item) chain(item, before);
    kept[index] = item;
  }
  if (kept.length === node.items.length && node.absent !== true) return node;
  return { ...list(kept, node.at), ...(node.over && { over: node.over }) };
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
