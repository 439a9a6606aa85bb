import { isRestBlank, keyAt, UNUSUAL_LINE, rawValueAt, type Found } from './line-values.ts';
import { scalarRaw, type RawNode } from './raw-node.ts';

/** Line ends beyond `\n`, marks of documents, and what begins a file in UTF-16. */
const UNUSUAL_TEXT = /[\t\r\u0085\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/m;

/**
 * Reads YAML that is of lines alone: block mappings and lists of plain and quoted values and brackets
 * that end where they begin, by far most of what stands in large Compose files. It makes no tokens,
 * whose memory is what parsing costs there.
 *
 * @returns undefined for everything else and for everything wrong: a parser then decides.
 */
export function readLines(text: string): readonly RawNode[] | undefined {
  if (UNUSUAL_TEXT.test(text)) return undefined;
  try {
    const lines = new LineReader(text);
    const root = lines.document();
    return root === undefined ? undefined : [root];
  } catch (error) {
    if (error === UNUSUAL_LINE) return undefined;
    throw error;
  }
}

class LineReader {
  readonly #text: string;
  /** Where the line in hand begins, its first character that is no space, and its end. */
  #start = 0;
  #content = 0;
  #end = -1;
  /** -1 behind the last line. */
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): RawNode | undefined {
    this.#advance();
    if (this.#indent !== 0 || this.#isItem()) return undefined;
    const root = this.#map(0, this.#content);
    if (!this.#isOver()) throw UNUSUAL_LINE;
    return root;
  }

  /** To the next line that says something. */
  #advance(): void {
    const text = this.#text;
    for (;;) {
      this.#start = this.#end + 1;
      if (this.#start >= text.length) {
        this.#indent = -1;
        return;
      }
      const newline = text.indexOf('\n', this.#start);
      this.#end = newline === -1 ? text.length : newline;
      let at = this.#start;
      while (text.charCodeAt(at) === 32) at += 1;
      this.#content = at;
      this.#indent = at - this.#start;
      if (at < this.#end && text.charCodeAt(at) !== 35) return;
    }
  }

  #isOver(): boolean {
    return this.#indent === -1;
  }

  #isItem(): boolean {
    const after = this.#text.charCodeAt(this.#content + 1);
    return this.#text.charCodeAt(this.#content) === 45 && (after === 32 || after === 10);
  }

  /** @param first offset of the first key, which may stand behind the dash of an item. */
  #map(indent: number, first: number): RawNode {
    const children: RawNode[] = [];
    let at = first;
    do {
      const key = keyAt(this.#text, at);
      if (key === undefined) throw UNUSUAL_LINE;
      children.push(key.node, this.#value(key, indent));
      at = this.#content;
    } while (this.#indent === indent && !this.#isItem());
    if (this.#indent > indent) throw UNUSUAL_LINE;
    return collection('map', first, children);
  }

  #value({ next }: Found, indent: number): RawNode {
    const text = this.#text;
    if (!isRestBlank(text, next, this.#end)) {
      let at = next;
      while (text.charCodeAt(at) === 32) at += 1;
      return this.#single(at, indent);
    }
    this.#advance();
    if (this.#indent > indent) {
      return this.#isItem() ? this.#list(this.#indent) : this.#map(this.#indent, this.#content);
    }
    // A list may stand below its key without being further in.
    if (this.#indent === indent && this.#isItem()) return this.#list(indent);
    return scalarRaw('', next, next, '', false);
  }

  /** A value on this line alone: what is further in below it would go on with it. */
  #single(at: number, indent: number): RawNode {
    const node = rawValueAt(this.#text, at, this.#end);
    this.#advance();
    if (this.#indent > indent) throw UNUSUAL_LINE;
    return node;
  }

  #list(indent: number): RawNode {
    const start = this.#content;
    const children: RawNode[] = [];
    while (this.#indent === indent && this.#isItem()) {
      let at = this.#content + 1;
      while (this.#text.charCodeAt(at) === 32) at += 1;
      if (at >= this.#end) throw UNUSUAL_LINE;
      const isMap = keyAt(this.#text, at) !== undefined;
      children.push(isMap ? this.#map(at - this.#start, at) : this.#single(at, indent));
    }
    if (this.#indent > indent) throw UNUSUAL_LINE;
    return collection('list', start, children);
  }
}

function collection(kind: 'list' | 'map', start: number, children: RawNode[]): RawNode {
  const end = children.at(-1)?.end ?? start;
  return { kind, tag: '', start, end, value: '', quoted: false, children };
}
