import { compareText, goFormat } from '../format.ts';
import type { Problems } from '../problems.ts';
import { rulesBelow, rules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import type { Place } from '../source.ts';
import { NOTHING_SETTLED, type SettledParts } from './settled.ts';
import { bool, chain, child, clone, isNull, list, map, nothing, setKey, text } from '../tree.ts';
import type { ListNode, MapNode, Node } from '../tree.ts';

/**
 * How one file is laid over another, rule by rule as Compose does it. `base` is what the files
 * before made, in canonical form; `over` is the next file as written.
 */
type Merger = (base: Node, over: Node, context: Context, at: Rules<Merger> | undefined) => Node;

interface Context {
  /** The way down to the values in hand. */
  readonly path: string[];
  readonly problems: Problems;
  readonly settled: SettledParts;
}

const MERGERS = rules<Merger>({
  'networks.*.ipam.config': mergePools,
  'networks.*.labels': mergeToList,
  'volumes.*.labels': mergeToList,
  'services.*.annotations': mergeToList,
  'services.*.build': mergeBuild,
  'services.*.build.args': mergeToList,
  'services.*.build.additional_contexts': mergeToList,
  'services.*.build.extra_hosts': mergeExtraHosts,
  'services.*.build.labels': mergeToList,
  'services.*.command': replace,
  'services.*.depends_on': mergeDependsOn,
  'services.*.deploy.labels': mergeToList,
  'services.*.dns': mergeToList,
  'services.*.dns_opt': mergeToList,
  'services.*.dns_search': mergeToList,
  'services.*.entrypoint': replace,
  'services.*.env_file': mergeToList,
  'services.*.label_file': mergeToList,
  'services.*.environment': mergeToList,
  'services.*.extra_hosts': mergeExtraHosts,
  'services.*.healthcheck.test': replace,
  'services.*.labels': mergeToList,
  'services.*.logging': mergeLogging,
  'services.*.networks': mergeNetworks,
  'services.*.sysctls': mergeToList,
  'services.*.tmpfs': mergeToList,
  'services.*.ulimits.*': replace,
});

/** Lays a whole document over another. Changes and returns `base`; what it changes is touched. */
export function overlay(
  base: MapNode,
  over: MapNode,
  problems: Problems,
  settled: SettledParts,
): MapNode {
  return mergeMaps(base, over, { path: [], problems, settled }, MERGERS);
}

/** Lays a service over the one it extends. */
export function overlayService(base: MapNode, over: MapNode, problems: Problems): MapNode {
  const service = rulesBelow(rulesBelow(MERGERS, 'services'), 'x');
  const context = { path: ['services', 'x'], problems, settled: NOTHING_SETTLED };
  return mergeMaps(base, over, context, service);
}

function merge(base: Node, over: Node, context: Context, at: Rules<Merger> | undefined): Node {
  const merger = at?.rule;
  if (merger !== undefined) return merger(base, over, context, at);
  if (isNull(over)) return base;
  if (base.kind === 'map') {
    if (over.kind === 'map') return mergeMaps(base, over, context, at);
    return cannotReplace(base, over, 'a mapping', context);
  }
  if (base.kind === 'list') {
    if (over.kind === 'list') return append(base, over.items, context);
    return cannotReplace(base, over, 'a list', context);
  }
  return replace(base, over);
}

function cannotReplace(base: Node, over: Node, kind: string, context: Context): Node {
  context.problems.add(
    `${context.path.join('.')} is ${kind} in an earlier file and cannot become another kind`,
    over.at,
    {
      cure: `Write ${kind}, or put !override before the value to replace it.`,
    },
  );
  return base;
}

function mergeMaps(
  base: MapNode,
  over: MapNode,
  context: Context,
  at: Rules<Merger> | undefined,
): MapNode {
  context.settled.touch(base);
  over.entries.forEach((entry, name) => {
    const before = base.entries.get(name);
    if (before === undefined || name.startsWith('x-')) {
      setKey(base, name, entry.value, entry.key);
      return;
    }
    context.path.push(name);
    before.value = merge(before.value, entry.value, context, rulesBelow(at, name));
    context.path.pop();
  });
  return base;
}

function append(base: ListNode, more: readonly Node[], { settled }: Context): ListNode {
  const absent = base.absent === true && more.length === 0;
  const joined = list([...base.items, ...more], base.at);
  settled.appended(base, joined);
  if (base.over !== undefined) joined.over = base.over;
  if (absent) joined.absent = true;
  return joined;
}

function replace(base: Node, over: Node): Node {
  if (base !== over) chain(over, base);
  return over;
}

function mergeLogging(
  base: Node,
  over: Node,
  context: Context,
  at: Rules<Merger> | undefined,
): Node {
  if (base.kind !== 'map' || over.kind !== 'map') {
    return cannotReplace(base, over, 'a mapping', context);
  }
  const driver = child(base, 'driver');
  const other = child(over, 'driver');
  const same =
    driver === undefined ||
    other === undefined ||
    (driver.kind === 'scalar' && other.kind === 'scalar' && driver.value === other.value);
  return same ? mergeMaps(base, over, context, at) : replace(base, over);
}

function mergeBuild(base: Node, over: Node, context: Context, at: Rules<Merger> | undefined): Node {
  const asBuild = (node: Node): MapNode | undefined => {
    if (node.kind === 'map') return node;
    if (node.kind === 'scalar' && node.type === 'string') return map(node.at, [['context', node]]);
    return undefined;
  };
  const right = asBuild(base);
  const left = asBuild(over);
  if (right === undefined) return cannotReplace(base, over, 'a mapping', context);
  return left === undefined ? right : mergeMaps(right, left, context, at);
}

function mergeDependsOn(
  base: Node,
  over: Node,
  context: Context,
  at: Rules<Merger> | undefined,
): Node {
  return mergeAsMaps(base, over, context, at, dependency);
}

function mergeNetworks(
  base: Node,
  over: Node,
  context: Context,
  at: Rules<Merger> | undefined,
): Node {
  return mergeAsMaps(base, over, context, at, nothing);
}

/** What `depends_on: [name]` means. */
export function dependency(at: Place): MapNode {
  return map(at, [
    ['condition', text('service_started', at)],
    ['required', bool(true, at)],
  ]);
}

function mergeAsMaps(
  base: Node,
  over: Node,
  context: Context,
  at: Rules<Merger> | undefined,
  value: (at: Place) => Node,
): Node {
  const right = asMap(base, value);
  const left = asMap(over, value);
  if (right === undefined) return cannotReplace(base, over, 'a mapping', context);
  return left === undefined ? right : mergeMaps(right, left, context, at);
}

/** A list of names as a mapping; undefined for what is neither. */
export function asMap(node: Node, value: (at: Place) => Node): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list') return undefined;
  const result = map(node.at);
  for (const item of node.items) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return undefined;
    result.entries.set(item.value, { key: item.at, value: value(item.at) });
  }
  return result;
}

function mergeExtraHosts(base: Node, over: Node, context: Context): Node {
  const right = asList(base);
  const left = asList(over);
  const known = new Set(right.items.map(scalarValue));
  const more = left.items.filter((item) => !known.has(scalarValue(item)));
  return append(right, more, context);
}

function scalarValue(node: Node): unknown {
  return node.kind === 'scalar' ? node.value : node;
}

function mergeToList(base: Node, over: Node, context: Context): Node {
  return append(asList(base), asList(over).items, context);
}

/** A mapping as a sorted list of `key=value`, a text as a list of one; empty for anything else. */
function asList(node: Node): ListNode {
  if (node.kind === 'list') return node;
  if (node.kind === 'scalar') {
    return node.type === 'string' ? list([node], node.at) : { ...list([], node.at), absent: true };
  }
  const pairs: { line: string; item: Node }[] = [];
  for (const [name, { key, value }] of node.entries) {
    const at = value.kind === 'scalar' && value.type !== 'null' ? value.at : key;
    const values = value.kind === 'list' ? value.items : [value];
    for (const one of values) {
      const line = isNull(value) ? name : `${name}=${goFormat(one)}`;
      const item = text(line, at);
      if (value.over !== undefined) item.over = value.over;
      pairs.push({ line, item });
    }
  }
  pairs.sort((a, b) => compareText(a.line, b.line));
  return {
    ...list(
      pairs.map((pair) => pair.item),
      node.at,
    ),
    absent: pairs.length === 0,
  };
}

/** Address pools of a network, by subnet. Quadratic and with the surprises of Compose's own. */
function mergePools(base: Node, over: Node, context: Context, at: Rules<Merger> | undefined): Node {
  if (base.kind !== 'list' || over.kind !== 'list') {
    return cannotReplace(base, over, 'a list', context);
  }
  const pools: MapNode[] = [];
  for (const original of base.items) {
    if (original.kind !== 'map') continue;
    for (const override of over.items) {
      if (override.kind !== 'map') continue;
      if (!sameSubnet(original, override) && !pools.some((pool) => sameSubnet(pool, override))) {
        pools.push(override);
        continue;
      }
      const merged = mergeMaps(original, clone(override) as MapNode, context, at);
      const index = pools.findIndex((pool) => sameSubnet(pool, merged));
      if (index === -1) pools.push(merged);
      else pools[index] = merged;
    }
  }
  return { ...base, items: pools, absent: pools.length === 0 };
}

function sameSubnet(a: MapNode, b: MapNode): boolean {
  return subnet(a) === subnet(b);
}

function subnet(pool: MapNode): unknown {
  const node = child(pool, 'subnet');
  return node?.kind === 'scalar' ? node.value : undefined;
}
