import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, ParsedNode, YAMLError } from 'yaml';
import { isTooDeep, MAXIMUM_DEPTH, unlessTooDeep } from '../../util/nesting.ts';
import { readLines } from './line-yaml.ts';
import { readQuickly } from './quick-yaml.ts';
import { emptyRaw, type RawNode } from './raw-node.ts';
import type { Problems } from '../problems.ts';
import type { Source } from '../source.ts';

const CORE_TAG = 'tag:yaml.org,2002:';

/** Largest definition file, in characters. Compose itself has no bound and takes gigabytes. */
export const MAX_FILE_LENGTH = 10 * 1024 * 1024;

/** Reads every document of a file. Undefined when the text is not YAML; the problems say where. */
export function readDocuments(source: Source, problems: Problems): readonly RawNode[] | undefined {
  if (source.text.length >= MAX_FILE_LENGTH) {
    problems.add(`${source.display} is larger than 10 MB`, wholeFile(source), {
      why: 'A Compose file of that size is a mistake: a dump, a log or a binary file.',
      cure: 'Name the right file.',
    });
    return undefined;
  }
  const bad = badCharacter(source.text);
  if (bad !== undefined) {
    problems.add(bad.what, { source, start: bad.at, end: bad.at + 1 }, bad);
    return undefined;
  }
  const read = unlessTooDeep(() => ({
    roots: readLines(source.text) ?? readQuickly(source.text) ?? readWholly(source, problems),
  }));
  // An alias stands for another place of the tree: it is no further level.
  const tooDeep =
    read === undefined || (read.roots ?? []).some((root) => isTooDeep(root, rawChildren));
  if (!tooDeep) return read.roots;
  problems.add(`${source.display} is nested too deeply`, wholeFile(source), {
    why: `Values may lie ${String(MAXIMUM_DEPTH)} levels deep.`,
    cure: 'Look for brackets or dashes that were repeated by mistake.',
  });
  return undefined;
}

const rawChildren = ({ children }: RawNode): readonly RawNode[] => children;

/** Reads with the whole parser: everything that YAML has, and every error with its place. */
export function readWholly(source: Source, problems: Problems): readonly RawNode[] | undefined {
  const documents = parseAllDocuments(source.text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  let broken = false;
  for (const document of documents) {
    for (const error of document.errors.slice(0, 1)) {
      broken = true;
      addYamlError(source, error, problems);
    }
    if (broken) return undefined;
  }
  const roots: RawNode[] = [];
  for (const document of documents) {
    const root = new Reader(source, problems).document(document);
    if (root === undefined) return undefined;
    roots.push(root);
  }
  return roots;
}

function wholeFile(source: Source): { source: Source; start: number; end: number } {
  return { source, start: 0, end: 1 };
}

/** Characters that YAML does not allow, and the sign that the bytes were not UTF-8. */
function badCharacter(
  text: string,
): { at: number; what: string; why: string; cure: string } | undefined {
  const match = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/.exec(text);
  if (match === null) return undefined;
  const notUtf8 = match[0] === '\ufffd';
  return {
    at: match.index,
    what: notUtf8 ? 'The file is not UTF-8 text' : 'A control character is not allowed here',
    why: notUtf8
      ? 'Bytes that are no UTF-8 stand here: another encoding, or a binary file.'
      : `YAML forbids the character U+${match[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}.`,
    cure: notUtf8 ? 'Save the file as UTF-8.' : 'Remove it, or write it as an escape in "…".',
  };
}

function addYamlError(source: Source, error: YAMLError, problems: Problems): void {
  const [start, end] = error.pos;
  const tab = error.code === 'TAB_AS_INDENT';
  problems.add(
    tab ? 'A tab stands where only spaces are allowed' : `This is not valid YAML: ${error.message}`,
    { source, start, end },
    tab ? { why: 'YAML indents with spaces alone.', cure: 'Replace the tab by spaces.' } : {},
  );
}

class Reader {
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #anchors = new Map<string, RawNode>();
  #failed = false;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  document(document: Document.Parsed): RawNode | undefined {
    const root = this.#node(document.contents, 0);
    return this.#failed ? undefined : root;
  }

  #node(node: ParsedNode | null, after: number, inBrackets = false): RawNode {
    if (node === null) return emptyRaw(after);
    const [start, end] = node.range;
    const base = { ...emptyRaw(start), end, tag: shortTag(node.tag) };
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) {
        this.#failed = true;
        const place = { source: this.#source, start, end };
        this.#problems.add(`No anchor &${node.source} stands before this alias`, place);
        return emptyRaw(start);
      }
      return { ...base, kind: 'alias', value: node.source, target };
    }
    const { anchor } = node;
    const anchored = (raw: RawNode): RawNode => {
      if (anchor !== undefined) this.#anchors.set(anchor, raw);
      return raw;
    };
    if (isScalar(node)) {
      const quoted = node.type !== 'PLAIN';
      if (inBrackets && !quoted && /^[:?]/.test(node.source))
        this.#refuseInBrackets(node.source, base);
      return anchored({ ...base, kind: 'scalar', value: node.source, quoted });
    }
    if (isSeq(node)) {
      const raw = anchored({ ...base, kind: 'list', value: '', children: [] });
      const flow = node.flow === true;
      for (const item of node.items) raw.children.push(this.#node(item, end, inBrackets || flow));
      return raw;
    }
    if (isMap(node)) {
      const raw = anchored({ ...base, kind: 'map', value: '', children: [] });
      const flow = inBrackets || node.flow === true;
      for (const pair of node.items) {
        const key = this.#node(pair.key, start, flow);
        raw.children.push(key, this.#node(pair.value, key.end, flow));
      }
      return raw;
    }
    throw new Error('a YAML node of unknown kind');
  }

  /** YAML 1.2 allows it; the parser that Compose is built on does not. */
  #refuseInBrackets(text: string, { start, end }: { start: number; end: number }): void {
    this.#failed = true;
    const place = { source: this.#source, start, end };
    this.#problems.add(`Between brackets a text cannot start with "${text.charAt(0)}"`, place, {
      cure: 'Write it in quotes.',
    });
  }
}

function shortTag(tag: string | undefined): string {
  if (tag === undefined) return '';
  return tag.startsWith(CORE_TAG) ? `!!${tag.slice(CORE_TAG.length)}` : tag;
}
