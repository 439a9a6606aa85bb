import { dependency } from './overlay.ts';
import { parsePorts } from '../port-spec.ts';
import type { Problems } from '../problems.ts';
import { rulesBelow, items, rules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import { asMap } from './overlay.ts';
import { bool, child, int, isNull, list, map, nothing, stringOf, text } from '../tree.ts';
import type { ListNode, MapNode, Node } from '../tree.ts';
import { NOTHING_SETTLED, type SettledParts } from './settled.ts';
import { parseVolume } from '../volume-spec.ts';
import type { VolumeSpec } from '../volume-spec.ts';

interface Context {
  readonly problems: Problems;
  /** Without interpolation, text that does not parse yet is left as it is. */
  readonly lenient: boolean;
  readonly settled: SettledParts;
}

type Transformer = (node: Node, context: Context, at: Rules<Transformer>) => Node;

const TRANSFORMERS = rules<Transformer>({
  'services.*.build.secrets.*': fileMount,
  'services.*.build.additional_contexts': keyValues,
  'services.*.depends_on': dependsOn,
  'services.*.env_file': environmentFiles,
  'services.*.label_file': stringOrList,
  'services.*.extends': extendsForm,
  'services.*.gpus': gpus,
  'services.*.networks': networks,
  'services.*.volumes.*': volume,
  'services.*.dns': stringOrList,
  'services.*.devices.*': device,
  'services.*.secrets.*': fileMount,
  'services.*.configs.*': fileMount,
  'services.*.ports': ports,
  'services.*.build': build,
  'services.*.build.ssh': ssh,
  'services.*.ulimits.*': ulimit,
  'services.*.build.ulimits.*': ulimit,
  'volumes.*': maybeExternal,
  'networks.*': maybeExternal,
  'secrets.*': maybeExternal,
  'configs.*': maybeExternal,
});

/** Brings short forms to their long form, in place, so that the next file merges with them. */
export function toLongForms(
  root: MapNode,
  problems: Problems,
  lenient: boolean,
  settled: SettledParts = NOTHING_SETTLED,
): void {
  children(root, { problems, lenient, settled }, TRANSFORMERS);
  cleanUp(root, CLEANED, settled);
}

function transform(node: Node, context: Context, at: Rules<Transformer>): Node {
  if (context.settled.has(node)) return node;
  if (at.rule !== undefined) return at.rule(node, context, at);
  if (node.kind === 'map') return children(node, context, at);
  if (node.kind === 'list') return eachItem(node, context, at);
  return node;
}

function children(node: MapNode, context: Context, at: Rules<Transformer>): MapNode {
  node.entries.forEach((entry, name) => {
    const inner = rulesBelow(at, name);
    if (inner !== undefined) entry.value = transform(entry.value, context, inner);
  });
  return node;
}

function eachItem(node: ListNode, context: Context, at: Rules<Transformer>): ListNode {
  const inner = items(at);
  if (inner !== undefined) {
    context.settled.eachYoung(node, (item, index) => {
      node.items[index] = transform(item, context, inner);
    });
  }
  return node;
}

function wrong(node: Node, what: string, context: Context): Node {
  context.problems.add(what, node.at);
  return node;
}

/** The long form takes over the history of the short one. */
function from<N extends Node>(node: Node, made: N): N {
  if (node.over !== undefined) made.over = node.over;
  return made;
}

function stringOrList(node: Node): Node {
  return stringOf(node) === undefined
    ? node
    : from(node, list([text(stringOf(node) ?? '', node.at)], node.at));
}

function build(node: Node, context: Context, at: Rules<Transformer>): Node {
  if (node.kind === 'map') return children(node, context, at);
  if (stringOf(node) !== undefined) return from(node, map(node.at, [['context', node]]));
  return wrong(node, 'build is a folder or a mapping', context);
}

function extendsForm(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  if (stringOf(node) !== undefined) return map(node.at, [['service', node]]);
  return wrong(node, 'extends is a service or a mapping', context);
}

function dependsOn(node: Node, context: Context): Node {
  if (node.kind === 'map') {
    for (const [, entry] of node.entries) {
      const { value } = entry;
      if (value.kind !== 'map') return wrong(value, 'A dependency is a mapping', context);
      addDefault(value, 'condition', text('service_started', value.at));
      addDefault(value, 'required', bool(true, value.at));
    }
    return node;
  }
  const made = asMap(node, dependency);
  return made === undefined
    ? wrong(node, 'depends_on is a list of services or a mapping', context)
    : from(node, made);
}

function addDefault(node: MapNode, key: string, value: Node): void {
  if (!node.entries.has(key)) node.entries.set(key, { key: value.at, value });
}

function networks(node: Node): Node {
  if (node.kind !== 'list') return node;
  const made = asMap(node, nothing);
  return made === undefined ? node : from(node, made);
}

function environmentFiles(node: Node, context: Context): Node {
  const path = stringOf(node);
  if (path !== undefined) return from(node, list([environmentFile(node)], node.at));
  if (node.kind !== 'list') return wrong(node, 'env_file is a file or a list of files', context);
  context.settled.eachYoung(node, (item, index) => {
    node.items[index] = environmentFile(item);
  });
  return node;
}

function environmentFile(node: Node): Node {
  if (stringOf(node) !== undefined) {
    return from(
      node,
      map(node.at, [
        ['path', text(stringOf(node) ?? '', node.at)],
        ['required', bool(true, node.at)],
      ]),
    );
  }
  if (node.kind !== 'map') return nothing(node.at);
  addDefault(node, 'required', bool(true, node.at));
  return node;
}

function keyValues(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list')
    return wrong(node, 'A mapping or a list of key=value is needed', context);
  const made = map(node.at);
  for (const item of node.items) {
    const value = stringOf(item);
    const cut = value?.indexOf('=') ?? -1;
    if (value === undefined || cut === -1) {
      if (context.lenient) return node;
      return wrong(item, `"${value ?? ''}" is not of the form key=value`, context);
    }
    made.entries.set(value.slice(0, cut), {
      key: item.at,
      value: from(item, text(value.slice(cut + 1), item.at)),
    });
  }
  return made;
}

function gpus(node: Node, context: Context, at: Rules<Transformer>): Node {
  if (node.kind === 'list') return eachItem(node, context, at);
  if (stringOf(node) === undefined) return wrong(node, 'gpus is "all" or a list', context);
  return from(node, list([map(node.at, [['count', text('all', node.at)]])], node.at));
}

function ssh(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list') return wrong(node, 'ssh is a mapping or a list of keys', context);
  const made = map(node.at);
  for (const item of node.items) {
    const value = stringOf(item);
    const cut = value?.indexOf('=') ?? -1;
    if (value === undefined || (cut === -1 && value !== 'default')) {
      return wrong(item, `"${value ?? ''}" is no SSH key: "default", or ID=PATH`, context);
    }
    if (cut === -1) made.entries.set(value, { key: item.at, value: nothing(item.at) });
    else
      made.entries.set(value.slice(0, cut), {
        key: item.at,
        value: text(value.slice(cut + 1), item.at),
      });
  }
  return made;
}

function ulimit(node: Node, context: Context): Node {
  if (node.kind === 'map' || (node.kind === 'scalar' && node.type === 'int')) return node;
  return wrong(node, 'A limit is a whole number, or a mapping with soft and hard', context);
}

function fileMount(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  if (stringOf(node) !== undefined) {
    return from(node, map(node.at, [['source', text(stringOf(node) ?? '', node.at)]]));
  }
  return wrong(node, 'A name or a mapping is needed', context);
}

function device(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  const value = stringOf(node);
  if (value === undefined) return wrong(node, 'A device is a text or a mapping', context);
  const parts = value.split(':');
  if (parts.length > 3 && !context.lenient) {
    return wrong(node, `"${value}" has too many colons for a device`, context);
  }
  const known = parts.length <= 3;
  const source = known ? (parts[0] ?? '') : '';
  const target = known ? (parts[1] ?? '') : '';
  return from(
    node,
    map(node.at, [
      ['source', text(source, node.at)],
      ['target', text(target === '' ? source : target, node.at)],
      ['permissions', text((known ? parts[2] : undefined) ?? 'rwm', node.at)],
    ]),
  );
}

function volume(node: Node, context: Context): Node {
  if (node.kind === 'map') return node;
  const spec = stringOf(node);
  if (spec === undefined) return wrong(node, 'A volume is a text or a mapping', context);
  const parsed = parseVolume(spec);
  if (!parsed.ok) {
    return context.lenient
      ? node
      : wrong(node, `"${spec}" is no volume: ${parsed.failure}`, context);
  }
  return from(node, longVolume(parsed.value, node));
}

function longVolume(spec: VolumeSpec, node: Node): MapNode {
  const { at } = node;
  const pairs: (readonly [string, Node])[] = [['type', text(spec.type, at)]];
  if (spec.source !== '') pairs.push(['source', text(spec.source, at)]);
  if (spec.target !== '') pairs.push(['target', text(cleanPath(spec.target), at)]);
  if (spec.readOnly) pairs.push(['read_only', bool(true, at)]);
  const bind: (readonly [string, Node])[] = [];
  if (spec.selinux !== '') bind.push(['selinux', text(spec.selinux, at)]);
  if (spec.propagation !== '') bind.push(['propagation', text(spec.propagation, at)]);
  if (spec.type === 'bind') bind.push(['create_host_path', bool(true, at)]);
  if (bind.length > 0) pairs.push(['bind', map(at, bind)]);
  if (spec.type === 'volume' || spec.noCopy) {
    // One or two bytes alone are a target without the options of a volume.
    const bare = Buffer.byteLength(stringOf(node) ?? '') <= 2;
    if (!bare) pairs.push(['volume', map(at, spec.noCopy ? [['nocopy', bool(true, at)]] : [])]);
  }
  return map(at, pairs);
}

/** Go's `path.Clean`. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push(part);
  }
  const cleaned = kept.join('/');
  return rooted ? `/${cleaned}` : cleaned === '' ? '.' : cleaned;
}

function ports(node: Node, context: Context): Node {
  if (node.kind !== 'list') return wrong(node, 'ports is a list', context);
  const made: Node[] = [...node.items];
  const refused: Node[] = [];
  /** Ranges are as many ports as they have: where they stand is known at the end. */
  const ranges = new Map<number, readonly Node[]>();
  context.settled.eachYoung(node, (item, index) => {
    if (item.kind === 'map' || refused.length > 0) return;
    const parsed = longPorts(item, context);
    if (parsed === undefined) refused.push(item);
    else if (parsed.length === 1) made.splice(index, 1, ...parsed);
    else ranges.set(index, parsed);
  });
  if (refused.length > 0) return node;
  if (ranges.size === 0) {
    const result = from(node, list(made, node.at));
    context.settled.reformed(node, result);
    return result;
  }
  const spread = made.flatMap((item, index) => ranges.get(index) ?? [item]);
  return from(node, list(spread, node.at));
}

/** The long forms of a port or a range of them; undefined where it is none. */
function longPorts(item: Node, context: Context): readonly Node[] | undefined {
  if (item.kind !== 'scalar' || (item.type !== 'string' && item.type !== 'int')) {
    wrong(item, 'A port is a number, a text or a mapping', context);
    return undefined;
  }
  const parsed = parsePorts(String(item.value));
  if (!parsed.ok) {
    if (!context.lenient || item.type !== 'string') {
      wrong(item, `"${String(item.value)}" is no port: ${parsed.failure}`, context);
    }
    return undefined;
  }
  return parsed.value.map((port) => {
    const { at } = item;
    const pairs: (readonly [string, Node])[] = [['mode', text('ingress', at)]];
    if (port.hostIp !== '') pairs.push(['host_ip', text(port.hostIp, at)]);
    if (port.target !== 0) pairs.push(['target', int(port.target, at)]);
    if (port.published !== '') pairs.push(['published', text(port.published, at)]);
    pairs.push(['protocol', text(port.protocol, at)]);
    return from(item, map(at, pairs));
  });
}

function maybeExternal(node: Node, context: Context, at: Rules<Transformer>): Node {
  if (isNull(node)) return node;
  if (node.kind !== 'map') return wrong(node, 'A mapping is needed', context);
  children(node, context, at);
  const external = child(node, 'external');
  if (external?.kind !== 'map') return node;
  const named = child(node, 'name');
  const name = child(external, 'name');
  node.entries.set('external', { key: external.at, value: bool(true, external.at) });
  if (name === undefined) return node;
  if (named === undefined) {
    node.entries.set('name', { key: name.at, value: name });
  } else if (stringOf(named) !== stringOf(name)) {
    return wrong(name, 'name and external.name differ', context);
  }
  return node;
}

const CLEANED = rules<true>({ 'services.*.dns': true });

/** Drops empty DNS servers, and turns emptied lists into what Compose then takes for no list. */
function cleanUp(node: Node, at: Rules<true> | undefined, settled: SettledParts): void {
  if (settled.has(node)) return;
  if (node.kind === 'map') {
    node.entries.forEach(({ value }, name) => {
      if (value.kind !== 'scalar') cleanUp(value, rulesBelow(at, name), settled);
    });
  } else if (node.kind === 'list') {
    if (at?.rule === true) {
      const kept = node.items.filter((item) => !isNull(item) && stringOf(item) !== '');
      if (kept.length < node.items.length) settled.unsettle(node);
      node.items = kept;
    }
    settled.eachYoung(node, (item) => {
      if (item.kind !== 'scalar') cleanUp(item, undefined, settled);
    });
    if (node.items.length === 0) node.absent = true;
  }
}
