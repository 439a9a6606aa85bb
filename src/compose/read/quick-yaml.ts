import { Parser, type CST } from 'yaml';
import {
  checkStart,
  isBlank,
  propertiesOf,
  scalarOf,
  UNUSUAL,
  type Properties,
} from './quick-tokens.ts';
import { emptyRaw, scalarRaw, type RawNode } from './raw-node.ts';

/**
 * Reads the YAML that people write in Compose files, several times faster than the whole parser:
 * block mappings and lists, one-line brackets, scalars of all styles, anchors, aliases and tags.
 *
 * @returns undefined for everything else and for everything wrong: the whole parser then decides,
 *   and words the errors.
 */
export function readQuickly(text: string): readonly RawNode[] | undefined {
  // Tabs are wrong in so many places that the whole parser has to look at each.
  if (text.includes('\t') || text.includes('\r')) return undefined;
  const roots: RawNode[] = [];
  try {
    for (const token of new Parser().parse(text)) {
      if (token.type === 'document') roots.push(new QuickReader(text).document(token));
      else if (token.type !== 'comment' && token.type !== 'newline' && token.type !== 'space') {
        return undefined;
      }
    }
  } catch (error) {
    if (error === UNUSUAL) return undefined;
    throw error;
  }
  return roots;
}

// eslint-disable-next-line house/max-lines-per-class -- one grammar, whose rules call one another
class QuickReader {
  readonly #anchors = new Map<string, RawNode>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  #checkEnd(tokens: readonly CST.SourceToken[] | undefined): void {
    for (const token of tokens ?? []) if (!isBlank(token, this.#text)) throw UNUSUAL;
  }

  document(token: CST.Document): RawNode {
    const marker = token.start.findIndex(({ type }) => type === 'doc-start');
    const after = token.start.slice(marker + 1);
    this.#checkEnd([...token.start.slice(0, Math.max(0, marker)), ...after]);
    // A mapping cannot begin on the marker's own line.
    if (marker !== -1 && !after.some(({ type }) => type === 'newline')) throw UNUSUAL;
    this.#checkEnd(token.end);
    if (token.value === undefined) throw UNUSUAL;
    if (token.value.type !== 'block-map') throw UNUSUAL;
    return this.#blockMap(token.value, '', undefined);
  }

  #value(
    token: CST.Token | null | undefined,
    properties: Properties,
    place: 'block' | 'brackets',
  ): RawNode {
    const { tag, anchor } = properties;
    if (token === undefined || token === null) {
      const raw = scalarRaw(tag, properties.end, properties.end, '', false);
      if (anchor !== undefined) this.#anchors.set(anchor, raw);
      return raw;
    }
    switch (token.type) {
      case 'alias': {
        const target = this.#anchors.get(token.source.slice(1));
        if (target === undefined || tag !== '' || anchor !== undefined) throw UNUSUAL;
        this.#checkEnd(token.end);
        const end = token.offset + token.source.length;
        const value = token.source.slice(1);
        return { ...emptyRaw(token.offset), kind: 'alias', end, value, target };
      }
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
      case 'block-scalar': {
        const raw = this.#scalar(token, tag, place);
        if (anchor !== undefined) this.#anchors.set(anchor, raw);
        return raw;
      }
      case 'block-map':
        // On the key's own line a mapping is wrong: `a: b: c`; between brackets everywhere.
        if (!properties.newline || place === 'brackets') throw UNUSUAL;
        return this.#blockMap(token, tag, anchor);
      case 'block-seq':
        if (!properties.newline || place === 'brackets') throw UNUSUAL;
        return this.#blockList(token, tag, anchor);
      case 'flow-collection':
        return this.#brackets(token, tag, anchor);
      default:
        throw UNUSUAL;
    }
  }

  #collection(
    kind: 'map' | 'list',
    start: number,
    tag: string,
    anchor: string | undefined,
  ): RawNode {
    const raw: RawNode = {
      kind,
      tag,
      start,
      end: start,
      value: '',
      quoted: false,
      children: [],
    };
    if (anchor !== undefined) this.#anchors.set(anchor, raw);
    return raw;
  }

  #scalar(
    token: CST.FlowScalar | CST.BlockScalar,
    tag: string,
    place: 'block' | 'brackets',
  ): RawNode {
    if ('end' in token) this.#checkEnd(token.end);
    return scalarOf(token, tag, place);
  }

  #blockMap(token: CST.BlockMap, tag: string, anchor: string | undefined): RawNode {
    const raw = this.#collection('map', token.offset, tag, anchor);
    for (const { start, key, sep, value } of token.items) {
      this.#checkEnd(start);
      if (key === undefined) continue;
      raw.children.push(this.#key(key, token.indent, 'block'));
      raw.children.push(this.#separated(sep, value, 'block'));
    }
    raw.end = raw.children.at(-1)?.end ?? token.offset;
    return raw;
  }

  #key(key: CST.Token | null | undefined, indent: number, place: 'block' | 'brackets'): RawNode {
    if (key === undefined || key === null || !('source' in key) || key.source.includes('\n')) {
      throw UNUSUAL;
    }
    if (place === 'block' && (!('indent' in key) || key.indent !== indent)) throw UNUSUAL;
    if (key.source.length > 1000) throw UNUSUAL;
    if (key.type !== 'scalar' && !key.type.endsWith('-quoted-scalar')) throw UNUSUAL;
    return this.#scalar(key as CST.FlowScalar, '', place);
  }

  #separated(
    sep: CST.SourceToken[] | undefined,
    value: CST.Token | undefined,
    place: 'block' | 'brackets',
  ): RawNode {
    if (sep === undefined) throw UNUSUAL;
    return this.#value(
      value,
      propertiesOf(sep, 'map-value-ind', sep[0]?.offset ?? 0, this.#text),
      place,
    );
  }

  #blockList(token: CST.BlockSequence, tag: string, anchor: string | undefined): RawNode {
    const raw = this.#collection('list', token.offset, tag, anchor);
    for (const { start, value } of token.items) {
      if (value === undefined && start.every((one) => isBlank(one, this.#text))) continue;
      const found = propertiesOf(start, 'seq-item-ind', token.offset, this.#text);
      // `- key: value` begins a mapping on the line of the dash; with a tag it is ambiguous.
      const bare = found.tag === '' && found.anchor === undefined;
      const newline = found.newline || bare;
      raw.children.push(this.#value(value, { ...found, newline }, 'block'));
    }
    raw.end = raw.children.at(-1)?.end ?? token.offset;
    return raw;
  }

  #brackets(token: CST.FlowCollection, tag: string, anchor: string | undefined): RawNode {
    const isMap = token.start.type === 'flow-map-start';
    const raw = this.#collection(isMap ? 'map' : 'list', token.offset, tag, anchor);
    const close = isMap ? 'flow-map-end' : 'flow-seq-end';
    const [end, ...after] = token.end;
    if (end?.type !== close) throw UNUSUAL;
    this.#checkEnd(after);
    token.items.forEach(({ start, key, sep, value }, index) => {
      const isLast = index === token.items.length - 1;
      if (index > 0 && isLast && !key && !sep && value === undefined) {
        checkStart(start, 1);
        return;
      }
      if (isMap) {
        checkStart(start, index === 0 ? 0 : 1);
        raw.children.push(this.#key(key, 0, 'brackets'), this.#separated(sep, value, 'brackets'));
        return;
      }
      if (key !== undefined || sep !== undefined || value === undefined) throw UNUSUAL;
      checkStart(start, index === 0 ? 0 : 1);
      const none = { tag: '', anchor: undefined, newline: false, end: token.offset };
      raw.children.push(this.#value(value, none, 'brackets'));
    });
    raw.end = end.offset + 1;
    return raw;
  }
}
