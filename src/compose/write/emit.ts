import { COMPOSE_FILE } from '../check/schema.ts';
import type { MergedCompose } from '../load/merge.ts';
import { serviceOrder } from '../order.ts';
import { isEnabled } from '../profiles.ts';
import { relocated } from './relocate.ts';
import type { Location } from './relocate.ts';
import { shortened } from '../merge/short-forms.ts';
import type { MapShape, Shape } from '../check/shape.ts';
import { shownPlace } from '../source.ts';
import type { Place } from '../source.ts';
import { child, type Entry, type ListNode, type MapNode, type ScalarNode } from '../tree.ts';
import { scalarText } from './yaml-text.ts';

export interface EmitOptions extends Location {
  /** Whether each line ends in a comment with the place that set it. */
  readonly comments: boolean;
  /**
   * `keep`: every service, with its profiles, as Compose's own merge. `resolve`: only the services
   * that are enabled, without profiles, so that the file works without naming them again.
   */
  readonly profiles: 'keep' | 'resolve';
  /** Comment lines at the top, without the `#`. */
  readonly header?: readonly string[];
}

/**
 * The merged document as a Compose file: the same text for the same document, services in dependency
 * order, keys in the specification's order, paths relative to where it will lie.
 */
export function emitCompose(merged: MergedCompose, options: EmitOptions): string {
  const profiled =
    options.profiles === 'resolve' ? withoutProfiles(merged.root, merged.profiles) : merged.root;
  const root = shortened(relocated(profiled, options));
  const writer = new Writer(options.comments, merged.interpolated);
  for (const line of options.header ?? []) writer.comment(line);
  writer.document(root);
  return writer.text();
}

function withoutProfiles(root: MapNode, profiles: readonly string[]): MapNode {
  const services = root.entries.get('services');
  if (services?.value.kind !== 'map') return root;
  const kept = new Map<string, Entry>();
  for (const [name, entry] of services.value.entries) {
    if (!isEnabled(entry.value, profiles)) continue;
    if (entry.value.kind !== 'map' || !entry.value.entries.has('profiles')) {
      kept.set(name, entry);
      continue;
    }
    const entries = new Map(entry.value.entries);
    entries.delete('profiles');
    kept.set(name, { ...entry, value: { ...entry.value, entries } });
  }
  for (const [name, entry] of kept) kept.set(name, withoutOthers(entry, kept));
  const entries = new Map(root.entries);
  entries.set('services', { ...services, value: { ...services.value, entries: kept } });
  return { ...root, entries };
}

/** Without what it would have waited for were it there (`required: false`): Compose wants every name to be one. */
function withoutOthers(entry: Entry, kept: ReadonlyMap<string, Entry>): Entry {
  const service = entry.value;
  const depends = child(service, 'depends_on');
  if (service.kind !== 'map' || depends?.kind !== 'map') return entry;
  const there = [...depends.entries].filter(([other]) => kept.has(other));
  if (there.length === depends.entries.size) return entry;
  const entries = new Map(service.entries);
  const before = entries.get('depends_on');
  if (there.length === 0 || before === undefined) entries.delete('depends_on');
  else entries.set('depends_on', { ...before, value: { ...depends, entries: new Map(there) } });
  return { ...entry, value: { ...service, entries } };
}

/** Lists of short texts up to this width stand in one line. */
const INLINE_WIDTH = 80;

class Writer {
  readonly #comments: boolean;
  readonly #escape: boolean;
  readonly #lines: string[] = [];

  constructor(comments: boolean, escape: boolean) {
    this.#comments = comments;
    this.#escape = escape;
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  comment(line: string): void {
    this.#lines.push(line === '' ? '#' : `# ${line}`);
  }

  document(root: MapNode): void {
    for (const [name, entry] of ordered(root, COMPOSE_FILE)) {
      if (this.#lines.length > 0) this.#lines.push('');
      if (name === 'services' && entry.value.kind === 'map') {
        this.#services(entry.value);
        continue;
      }
      this.#entry(name, entry, 0, COMPOSE_FILE.keys.get(name));
    }
  }

  #services(services: MapNode): void {
    if (services.entries.size === 0) {
      this.#lines.push('services: {}');
      return;
    }
    this.#lines.push('services:');
    const shape = COMPOSE_FILE.keys.get('services');
    const inner = shape?.kind === 'map' ? shape.named?.shape : undefined;
    let first = true;
    for (const name of serviceOrder(services)) {
      const entry = services.entries.get(name);
      if (entry === undefined) continue;
      if (!first) this.#lines.push('');
      first = false;
      this.#entry(name, entry, 1, inner);
    }
  }

  #push(depth: number, text: string, place: Place | undefined): void {
    const comment = this.#comments && place !== undefined ? ` # ${shownPlace(place)}` : '';
    this.#lines.push(`${'  '.repeat(depth)}${text}${comment}`);
  }

  #entry(name: string, entry: Entry, depth: number, shape: Shape | undefined): void {
    const key = scalarText(name);
    const { value } = entry;
    if (value.kind === 'scalar') {
      this.#scalar(`${key}: `, value, depth);
    } else if (value.kind === 'map') {
      if (value.entries.size === 0) {
        this.#push(depth, `${key}: {}`, value.at);
        return;
      }
      this.#push(depth, `${key}:`, undefined);
      this.#map(value, depth + 1, shape);
    } else {
      this.#list(key, value, depth, shape);
    }
  }

  #map(node: MapNode, depth: number, shape: Shape | undefined): void {
    const known = mapShape(shape);
    for (const [name, entry] of ordered(node, known)) {
      this.#entry(name, entry, depth, known?.keys.get(name) ?? known?.named?.shape);
    }
  }

  #list(key: string, node: ListNode, depth: number, shape: Shape | undefined): void {
    if (node.items.length === 0) {
      this.#push(depth, `${key}: []`, node.at);
      return;
    }
    const inline = inlineList(node, this.#escape);
    if (inline !== undefined && key.length + inline.length <= INLINE_WIDTH) {
      this.#push(depth, `${key}: ${inline}`, node.items[0]?.at);
      return;
    }
    this.#push(depth, `${key}:`, undefined);
    this.#items(node, depth + 1, itemShape(shape));
  }

  #items(node: ListNode, depth: number, shape: Shape | undefined): void {
    for (const item of node.items) {
      const from = this.#lines.length;
      if (item.kind === 'scalar') {
        this.#scalar('- ', item, depth);
        continue;
      }
      if (item.kind === 'map' && item.entries.size > 0) this.#map(item, depth + 1, shape);
      else if (item.kind === 'list' && item.items.length > 0)
        this.#items(item, depth + 1, undefined);
      else this.#push(depth + 1, item.kind === 'map' ? '{}' : '[]', item.at);
      const first = this.#lines[from] ?? '';
      const indent = '  '.repeat(depth);
      this.#lines[from] = `${indent}- ${first.slice(indent.length + 2)}`;
    }
  }

  #scalar(prefix: string, node: ScalarNode, depth: number): void {
    this.#push(depth, `${prefix}${valueText(node, this.#escape, false)}`, node.at);
  }
}

/** @param escape dollar signs, where the document's own were resolved */
function valueText(node: ScalarNode, escape: boolean, inline: boolean): string {
  if (node.type === 'timestamp') return String(node.value);
  if (node.type !== 'string' || typeof node.value !== 'string') {
    return scalarText(node.type === 'float' ? { float: Number(node.value) } : node.value, inline);
  }
  const value = escape ? node.value.replaceAll('$', '$$$$') : node.value;
  return scalarText(value, inline);
}

/** One line for a list of plain values that all come from one place. */
function inlineList(node: ListNode, escape: boolean): string | undefined {
  const place = node.items[0] && shownPlace(node.items[0].at);
  const texts: string[] = [];
  for (const item of node.items) {
    if (item.kind !== 'scalar' || shownPlace(item.at) !== place) return undefined;
    texts.push(valueText(item, escape, true));
  }
  return `[${texts.join(', ')}]`;
}

function mapShape(shape: Shape | undefined): MapShape | undefined {
  if (shape?.kind === 'map') return shape;
  if (shape?.kind !== 'choice') return undefined;
  return shape.of.find((one): one is MapShape => one.kind === 'map');
}

function itemShape(shape: Shape | undefined): Shape | undefined {
  if (shape?.kind === 'list') return shape.item;
  if (shape?.kind !== 'choice') return undefined;
  const list = shape.of.find((one) => one.kind === 'list');
  return list?.kind === 'list' ? list.item : undefined;
}

/** Known keys in the schema's order, then the others as they came. */
function ordered(node: MapNode, shape: MapShape | undefined): readonly [string, Entry][] {
  if (shape === undefined || shape.keys.size === 0) return [...node.entries];
  const result: [string, Entry][] = [];
  for (const name of shape.keys.keys()) {
    const entry = node.entries.get(name);
    if (entry !== undefined) result.push([name, entry]);
  }
  for (const [name, entry] of node.entries) if (!shape.keys.has(name)) result.push([name, entry]);
  return result;
}
