import { sourcePlace } from '../source.ts';
import type { SourcePlace } from '../../events/failure.ts';
import { child, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';
import {
  reachedPath,
  outside,
  type FoundPath,
  type ReachKind,
  type ReachWorld,
} from './reach-world.ts';
import { networkShapeReach } from './reach-network.ts';
import { serviceReach } from './reach-service.ts';

/** One way in which a definition reaches something of the host. */
export interface Reach {
  readonly kind: ReachKind;
  /** The key that says so: `services.api.volumes`, `secrets.token.file`. */
  readonly where: string;
  /** What is reached, in words and with every value that matters: `/etc at /host, writable`. */
  readonly what: string;
  /** Where it is written; undefined for a value of the tool's own. */
  readonly at: SourcePlace | undefined;
}

/**
 * Everything of the host, or of others on it, that a merged document reaches: what a stranger's
 * repository must not have before the person agreed, and what an edit by code in a container must
 * not win. Values that the tool itself set are its own and not listed, nor is what every project has
 * anyway (its own folder, its own volumes, ports on loopback). Services of profiles that are not
 * active are listed too: a variable switches them on. In the document's order; pure.
 *
 * Two lists are compared by {@link reachKey}; {@link widened} tells what the second has more.
 *
 * @param root a document as `mergeCompose` makes it: long forms, absolute paths.
 */
export function hostReach(root: MapNode, world: ReachWorld): readonly Reach[] {
  const found = [
    ...entriesOf(root, 'services').flatMap(([name, service]) => serviceReach(name, service, world)),
    ...entriesOf(root, 'volumes').flatMap(([name, node]) => volumeReach(name, node, world)),
    ...entriesOf(root, 'networks').flatMap(([name, node]) => networkReach(name, node, world)),
    ...(['secrets', 'configs'] as const).flatMap((section) =>
      entriesOf(root, section).flatMap(([name, node]) => fileReach(section, name, node, world)),
    ),
  ];
  const unique = new Map<string, Reach>();
  for (const { kind, where, what, at } of found) {
    if ('tool' in at) continue;
    const reach = { kind, where, what, at: sourcePlace(at) };
    if (!unique.has(reachKey(reach))) unique.set(reachKey(reach), reach);
  }
  return [...unique.values()];
}

/** What a reach is, wherever it is written: the same text for the same thing. */
export function reachKey({ where, what }: Pick<Reach, 'where' | 'what'>): string {
  return `${where}: ${what}`;
}

/** What `after` reaches and `before` did not. */
export function widened(before: readonly Reach[], after: readonly Reach[]): readonly Reach[] {
  const known = new Set(before.map(reachKey));
  return after.filter((reach) => !known.has(reachKey(reach)));
}

function entriesOf(root: MapNode, section: string): readonly (readonly [string, Node])[] {
  const node = child(root, section);
  return node?.kind === 'map'
    ? [...node.entries].map(([name, { value }]) => [name, value] as const)
    : [];
}

function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true;
}

/** A name that is not made of this project's own. */
function foreignName(node: Node, { instance }: ReachWorld): Node | undefined {
  const name = child(node, 'name');
  const text = stringOf(name);
  return text === undefined || text.startsWith(`${instance}_`) ? undefined : name;
}

function volumeReach(name: string, node: Node, world: ReachWorld): readonly FoundPath[] {
  const where = `volumes.${name}`;
  const shown = foreignName(node, world);
  const external = child(node, 'external');
  const named = stringOf(shown) ?? name;
  const found: FoundPath[] = [];
  if (isTrue(external)) {
    const what = `the volume ${named}, which is not this project's`;
    found.push({ kind: 'foreign', where, what, at: (external ?? node).at });
  } else if (shown !== undefined) {
    const what = `a volume by the name ${named}, whosever it is`;
    found.push({ kind: 'foreign', where: `${where}.name`, what, at: shown.at });
  }
  const driver = child(node, 'driver');
  if (driver !== undefined && !['local', ''].includes(stringOf(driver) ?? '')) {
    const what = `a volume of the engine's plugin ${stringOf(driver) ?? ''}`;
    found.push({ kind: 'foreign', where: `${where}.driver`, what, at: driver.at });
  }
  const options = child(node, 'driver_opts');
  const device = child(options, 'device');
  const type = stringOf(child(options, 'type'));
  if (device !== undefined && type !== 'tmpfs') {
    const path = stringOf(device) ?? '';
    // Of any other file system its own options say what is seen: overlay, proc, …
    const isFolder = type === undefined || ['', 'none', 'bind'].includes(type);
    if (!isFolder || !path.startsWith('/') || outside(path, world)) {
      const how = isFolder ? [] : [type, stringOf(child(options, 'o')) ?? ''].filter(Boolean);
      const shown = how.length === 0 ? '' : ` (${how.join(', ')})`;
      const what = `${path} of the host, mounted as a volume${shown}`;
      found.push({ kind: 'path', where: `${where}.driver_opts`, what, at: device.at });
    }
  }
  return found;
}

const OWN_NETWORK_DRIVERS = ['bridge', 'overlay', 'default', ''];

function networkReach(name: string, node: Node, world: ReachWorld): readonly FoundPath[] {
  const where = `networks.${name}`;
  const shown = foreignName(node, world);
  const external = child(node, 'external');
  const driver = child(node, 'driver');
  const named = stringOf(shown) ?? name;
  const found: FoundPath[] = [...networkShapeReach(where, node)];
  if (isTrue(external)) {
    const what = `the network ${named} with everything in it`;
    found.push({ kind: 'foreign', where, what, at: (external ?? node).at });
  } else if (shown !== undefined) {
    const what = `a network by the name ${named}, with whoever else is in it`;
    found.push({ kind: 'foreign', where: `${where}.name`, what, at: shown.at });
  }
  if (driver !== undefined && !OWN_NETWORK_DRIVERS.includes(stringOf(driver) ?? '')) {
    const parent = stringOf(child(child(node, 'driver_opts'), 'parent'));
    const what = `the host's network (driver ${stringOf(driver) ?? ''}${parent === undefined ? '' : ` on ${parent}`})`;
    found.push({ kind: 'network', where: `${where}.driver`, what, at: driver.at });
  }
  return found;
}

function fileReach(
  section: 'secrets' | 'configs',
  name: string,
  node: Node,
  world: ReachWorld,
): readonly FoundPath[] {
  const file = child(node, 'file');
  const path = stringOf(file);
  const variable = child(node, 'environment');
  const found: FoundPath[] = [];
  if (file !== undefined && path !== undefined && outside(path, world)) {
    const what = `reads ${reachedPath(path, world)}`;
    found.push({ kind: 'path', where: `${section}.${name}.file`, what, at: file.at });
  }
  if (variable !== undefined && world.isOfShell(stringOf(variable) ?? '')) {
    const what = `reads the variable ${stringOf(variable) ?? ''} of your shell`;
    found.push({
      kind: 'secret',
      where: `${section}.${name}.environment`,
      what,
      at: variable.at,
    });
  }
  return found;
}
