import type { MergedCompose } from '../load/merge.ts';
import { relocated } from './relocate.ts';
import { shortened } from '../merge/short-forms.ts';
import { shownPlace } from '../source.ts';
import { isNull, plain, stringOf } from '../tree.ts';
import type { ListNode, Node } from '../tree.ts';
import { parsePorts } from '../port-spec.ts';
import { parseVolume } from '../volume-spec.ts';
import { compareText } from '../format.ts';

/** A value of a snapshot and where it came from. */
export interface SnapshotValue {
  readonly value: string | number | boolean | null;
  /** `compose/dev.yaml:14`, or `set by the tool: …`. */
  readonly at: string;
}

/**
 * A merged document as it was: every value by its dotted path, items of lists by what makes them
 * the same item (`ports.3000/tcp`). Plain JSON, for `.dev/state/last-applied.json`.
 */
export interface DocumentSnapshot {
  readonly format: 1;
  readonly values: Readonly<Record<string, SnapshotValue>>;
}

/** One difference between two documents. */
export interface Change {
  /** The service it concerns; undefined for networks, volumes and the like. */
  readonly service: string | undefined;
  /** Dotted, inside the service, or from the top. Empty: the service itself. */
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly before?: SnapshotValue;
  readonly after?: SnapshotValue;
}

const SEPARATOR = '\u001f';
/** Labels of the tool's own that say why a container is made anew; nothing else of the document does. */
const TOLD = ['dev.onestack.dependencies', 'dev.onestack.account'];
/** The others follow from the rest: hashes that nobody wants to read. */
const isBookkeeping = (label: string): boolean =>
  label.startsWith('dev.onestack.') && !TOLD.includes(label);

/**
 * Takes a snapshot: paths relative to the project, short forms, one form for mappings and lists.
 * @param directory the project's: with a `dev.yaml`, another one than that of the first Compose file.
 */
export function documentSnapshot(
  merged: MergedCompose,
  directory = merged.projectDirectory,
): DocumentSnapshot {
  const location = { directory, shownRoot: directory };
  const root = shortened(relocated(merged.root, location));
  const values: Record<string, SnapshotValue> = {};
  collect(root, [], values);
  return { format: 1, values };
}

/** What of a document makes one service: its own values, and those of these paths from the top. */
export function serviceSnapshot(
  { format, values }: DocumentSnapshot,
  service: string,
  resources: readonly (readonly [string, string])[],
): DocumentSnapshot {
  const prefixes = [['services', service] as const, ...resources].map(
    (path) => path.join(SEPARATOR) + SEPARATOR,
  );
  const own = Object.entries(values).filter(([key]) =>
    prefixes.some((prefix) => `${key}${SEPARATOR}`.startsWith(prefix)),
  );
  return { format, values: Object.fromEntries(own) };
}

function collect(node: Node, path: readonly string[], values: Record<string, SnapshotValue>): void {
  const key = path.join(SEPARATOR);
  if (node.kind === 'scalar') {
    const value = typeof node.value === 'bigint' ? String(node.value) : node.value;
    values[key] = { value, at: shownPlace(node.at) };
    return;
  }
  if (node.kind === 'map') {
    if (node.entries.size === 0) values[key] = { value: '{}', at: shownPlace(node.at) };
    for (const [name, entry] of node.entries) {
      if (path.length === 0 && name.startsWith('x-')) continue;
      if (path.at(-1) === 'labels' && isBookkeeping(name)) continue;
      collect(entry.value, [...path, name], values);
    }
    return;
  }
  collectList(node, path, values);
}

/** Lists of `key=value` that Compose reads as mappings. */
const PAIRS = new Set(['environment', 'labels', 'annotations', 'sysctls', 'args', 'options']);
/** Lists whose order means something: one value, told as a whole. */
const SEQUENCES = new Set(['command', 'entrypoint', 'test']);

function collectList(
  node: ListNode,
  path: readonly string[],
  values: Record<string, SnapshotValue>,
): void {
  const field = path.at(-1) ?? '';
  const at = shownPlace(node.items[0]?.at ?? node.at);
  if (node.items.length === 0 || SEQUENCES.has(field)) {
    values[path.join(SEPARATOR)] = { value: JSON.stringify(plain(node)), at };
    return;
  }
  const seen = new Map<string, number>();
  for (const item of node.items) {
    const text = stringOf(item);
    if (PAIRS.has(field) && text !== undefined) {
      const cut = text.indexOf('=');
      const name = cut === -1 ? text : text.slice(0, cut);
      const value = cut === -1 ? null : text.slice(cut + 1);
      if (field === 'labels' && isBookkeeping(name)) continue;
      values[[...path, name].join(SEPARATOR)] = { value, at: shownPlace(item.at) };
      continue;
    }
    const identity = itemIdentity(field, item);
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    const unique = count === 0 ? identity : `${identity}#${String(count + 1)}`;
    if (item.kind === 'scalar' || isNull(item)) collect(item, [...path, unique], values);
    else {
      const value = JSON.stringify(plain(item));
      values[[...path, unique].join(SEPARATOR)] = { value, at: shownPlace(item.at) };
    }
  }
}

/** What stays the same when an item of a list is changed. */
function itemIdentity(field: string, item: Node): string {
  const text = item.kind === 'scalar' ? String(item.value) : undefined;
  if (text !== undefined && field === 'ports') {
    const parsed = parsePorts(text);
    const port = parsed.ok ? parsed.value[0] : undefined;
    if (port !== undefined) return `${String(port.target)}/${port.protocol}`;
  }
  if (text !== undefined && field === 'volumes') {
    const parsed = parseVolume(text);
    if (parsed.ok) return parsed.value.target;
  }
  if (item.kind === 'map') {
    const target = item.entries.get('target')?.value ?? item.entries.get('path')?.value;
    if (target?.kind === 'scalar') return String(target.value);
  }
  return text ?? JSON.stringify(plain(item));
}

/** What differs, services first, in the order of names. */
export function compareSnapshots(
  before: DocumentSnapshot,
  after: DocumentSnapshot,
): readonly Change[] {
  const services = { before: serviceNames(before), after: serviceNames(after) };
  const changes: Change[] = [];
  for (const name of new Set([...services.before, ...services.after])) {
    if (services.before.has(name) && services.after.has(name)) continue;
    const isNew = services.after.has(name);
    const first = firstOf(isNew ? after : before, name);
    changes.push({
      service: name,
      path: '',
      kind: isNew ? 'added' : 'removed',
      ...(isNew ? { after: first } : { before: first }),
    });
  }
  for (const key of new Set([...Object.keys(before.values), ...Object.keys(after.values)])) {
    const [section, name = '', ...rest] = key.split(SEPARATOR);
    const isService = section === 'services';
    if (isService && !(services.before.has(name) && services.after.has(name))) continue;
    const old = before.values[key];
    const now = after.values[key];
    if (old?.value === now?.value) continue;
    changes.push({
      service: isService ? name : undefined,
      path: (isService ? rest : key.split(SEPARATOR)).join('.'),
      kind: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed',
      ...(old !== undefined && { before: old }),
      ...(now !== undefined && { after: now }),
    });
  }
  return changes.sort(
    (a, b) =>
      compareText(a.service ?? '\uffff', b.service ?? '\uffff') || compareText(a.path, b.path),
  );
}

function serviceNames(snapshot: DocumentSnapshot): ReadonlySet<string> {
  const names = new Set<string>();
  for (const key of Object.keys(snapshot.values)) {
    const [section, name] = key.split(SEPARATOR);
    if (section === 'services' && name !== undefined) names.add(name);
  }
  return names;
}

function firstOf(snapshot: DocumentSnapshot, service: string): SnapshotValue {
  const prefix = `services${SEPARATOR}${service}${SEPARATOR}`;
  const image = snapshot.values[`${prefix}image`];
  if (image !== undefined) return image;
  const key = Object.keys(snapshot.values).find((candidate) => candidate.startsWith(prefix));
  return snapshot.values[key ?? ''] ?? { value: null, at: '' };
}
