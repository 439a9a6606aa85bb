import { toLongForms } from './canonical.ts';
import { Problems } from '../problems.ts';
import { rulesBelow, items, rules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import type { Place } from '../source.ts';
import { child, isNull, list, map, sameValue, stringOf, text } from '../tree.ts';
import type { ListNode, MapNode, Node } from '../tree.ts';
import { rewritten } from '../walk.ts';

type Shortener = (node: Node) => Node;

const SHORTENERS = rules<Shortener>({
  'services.*.ports.*': port,
  'services.*.volumes.*': volume,
  'services.*.devices.*': device,
  'services.*.configs.*': mount(undefined),
  'services.*.secrets.*': mount('/run/secrets/'),
  'services.*.build.secrets.*': mount(undefined),
  'services.*.env_file.*': environmentFile,
  'services.*.depends_on': dependencies,
  'services.*.networks': networks,
});

const shorten = (node: Node, shortener: Shortener): Node => shortener(node);

/** A copy of the tree with the forms that people write, wherever Compose reads them as the same. */
export function shortened(root: MapNode): MapNode {
  return rewritten(root, SHORTENERS, shorten) as MapNode;
}

/** The same for one part of the document that stands at `path`. */
export function shortenedAt(node: Node, path: readonly string[]): Node {
  let at: Rules<Shortener> | undefined = SHORTENERS;
  for (const part of path)
    at = /^\d+$/.test(part) ? (items(at) ?? rulesBelow(at, part)) : rulesBelow(at, part);
  return rewritten(node, at, shorten);
}

/** Uses the short form only when Compose makes the very same long form of it. */
function checked(node: Node, key: string, short: string): Node {
  const item = text(short, placeOf(node));
  const holder = map(node.at, [
    ['services', map(node.at, [['x', map(node.at, [[key, list([item], node.at)]])]])],
  ]);
  toLongForms(holder, new Problems(), false);
  const made = child(child(child(holder, 'services'), 'x'), key) as ListNode;
  const [only, more] = made.items;
  if (only === undefined || more !== undefined || !sameValue(only, node)) return node;
  return node.over === undefined ? item : { ...item, over: node.over };
}

/** Where a long form comes from: a part that the tool changed says more than the rest. */
function placeOf(node: Node): Place {
  if (node.kind !== 'map') return node.at;
  const changed = [...node.entries.values()].find(
    ({ value }) => 'tool' in value.at && value.at.tool !== 'Compose default',
  );
  return changed?.value.at ?? node.at;
}

function port(node: Node): Node {
  const target = child(node, 'target');
  if (node.kind !== 'map' || target?.kind !== 'scalar') return node;
  const published = stringOf(child(node, 'published'));
  const host = stringOf(child(node, 'host_ip'));
  const protocol = stringOf(child(node, 'protocol')) ?? 'tcp';
  let short = String(target.value);
  if (published !== undefined || host !== undefined) short = `${published ?? ''}:${short}`;
  if (host !== undefined) short = `${host.includes(':') ? `[${host}]` : host}:${short}`;
  return checked(node, 'ports', protocol === 'tcp' ? short : `${short}/${protocol}`);
}

function volume(node: Node): Node {
  const target = stringOf(child(node, 'target'));
  if (node.kind !== 'map' || target === undefined) return node;
  const source = stringOf(child(node, 'source'));
  const options: string[] = [];
  const readOnly = child(node, 'read_only');
  if (readOnly?.kind === 'scalar' && readOnly.value === true) options.push('ro');
  const bind = child(node, 'bind');
  const selinux = stringOf(child(bind, 'selinux'));
  const propagation = stringOf(child(bind, 'propagation'));
  if (selinux !== undefined) options.push(selinux);
  if (propagation !== undefined) options.push(propagation);
  if (child(child(node, 'volume'), 'nocopy') !== undefined) options.push('nocopy');
  let short = source === undefined ? target : `${source}:${target}`;
  if (options.length > 0) short += `:${options.join(',')}`;
  return checked(node, 'volumes', short);
}

function device(node: Node): Node {
  const source = stringOf(child(node, 'source'));
  const target = stringOf(child(node, 'target'));
  const permissions = stringOf(child(node, 'permissions'));
  if (source === undefined || target === undefined) return node;
  const short = source === target ? source : `${source}:${target}`;
  return checked(
    node,
    'devices',
    permissions === 'rwm' ? short : `${source}:${target}:${permissions ?? ''}`,
  );
}

function mount(folder: string | undefined): Shortener {
  return (node) => {
    const source = child(node, 'source');
    const name = stringOf(source);
    if (node.kind !== 'map' || source === undefined || name === undefined) return node;
    const target = child(node, 'target');
    const usual =
      target === undefined || (folder !== undefined && stringOf(target) === folder + name);
    const size = target === undefined ? 1 : 2;
    return usual && node.entries.size === size ? source : node;
  };
}

function environmentFile(node: Node): Node {
  const path = child(node, 'path');
  const required = child(node, 'required');
  const usual = required?.kind === 'scalar' && required.value === true;
  return path !== undefined && node.kind === 'map' && node.entries.size === 2 && usual
    ? path
    : node;
}

function dependencies(node: Node): Node {
  if (node.kind !== 'map' || node.entries.size === 0) return node;
  for (const { value } of node.entries.values()) {
    const required = child(value, 'required');
    const usual =
      value.kind === 'map' &&
      value.entries.size === 2 &&
      stringOf(child(value, 'condition')) === 'service_started' &&
      required?.kind === 'scalar' &&
      required.value === true;
    if (!usual) return withoutDefaults(node);
  }
  return names(node);
}

/** `required: true` is what Compose assumes anyway. */
function withoutDefaults(node: MapNode): MapNode {
  const entries = new Map(node.entries);
  for (const [name, entry] of entries) {
    const { value } = entry;
    const required = child(value, 'required');
    if (value.kind !== 'map' || required?.kind !== 'scalar' || required.value !== true) continue;
    const kept = new Map(value.entries);
    kept.delete('required');
    entries.set(name, { ...entry, value: { ...value, entries: kept } });
  }
  return { ...node, entries };
}

function networks(node: Node): Node {
  if (node.kind !== 'map' || node.entries.size === 0) return node;
  const bare = [...node.entries.values()].every(({ value }) => isNull(value));
  return bare ? names(node) : node;
}

function names(node: MapNode): ListNode {
  return list(
    [...node.entries].map(([name, entry]) => text(name, entry.key)),
    node.at,
  );
}
