import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, ParsedNode, Range } from 'yaml';
import type { Failure, SourcePlace } from '../events/failure.ts';
import { ok, fail } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { isTooDeep, MAXIMUM_DEPTH, unlessTooDeep } from '../util/nesting.ts';
import { syntaxFailure } from './yaml-errors.ts';

/** More characters than any definition file that people write. */
const MAXIMUM_CHARACTERS = 1024 * 1024;
/** How often aliases may be used, counted multiplied where they are nested. */
const MAXIMUM_ALIASES = 100;

export type YamlPath = readonly (string | number)[];

/** A YAML file that is well formed: its value, and where each part of it stands. */
export interface YamlSource {
  /** As people know it, for places. */
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** Plain data, aliases and merge keys resolved; null for an empty file. */
  readonly value: unknown;
  /** The place of a piece of text, offsets in characters. Only its first line is marked. */
  placeOf(start: number, end: number): SourcePlace;
  /** The place of the value at a path; of the nearest part above it where there is none. */
  placeAt(path: YamlPath): SourcePlace;
  /** The place of the key at a path; the value's where it is a list item. */
  placeOfKey(path: YamlPath): SourcePlace;
}

/**
 * Parses one YAML 1.2 document (with merge keys) and keeps the places.
 * @param file name for messages, relative to the project.
 * @returns every syntax error there is, each with its place.
 */
export function parseYaml(file: string, raw: string): Result<YamlSource, readonly Failure[]> {
  const text = raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
  if (text.length > MAXIMUM_CHARACTERS) {
    return fail([
      {
        reason: 'definition',
        what: `${file} is too big: ${Math.round(text.length / 1024)} KiB`,
        why: `a definition file may have ${MAXIMUM_CHARACTERS / 1024} KiB`,
        at: { file, line: 1, column: 1 },
      },
    ]);
  }
  const lineCounter = new LineCounter();
  const options = { lineCounter, merge: true, prettyErrors: false, logLevel: 'error' } as const;
  const document = unlessTooDeep(() => parseDocument(text, options));
  if (document === undefined || isTooDeep<unknown>(document.contents, childrenOf)) {
    return fail([tooDeep(file)]);
  }
  const placeOf = (start: number, end: number): SourcePlace =>
    textPlace(file, text, lineCounter, start, end);
  if (document.errors.length > 0) {
    const failures = document.errors.map((error) => syntaxFailure(error, text, placeOf));
    return fail(withoutEchoes(failures));
  }
  // Walks of the whole document, for what few files have; in quotes a name may be written otherwise.
  const odd = /__proto__|\\/.test(text) ? protoKeys(document, placeOf) : [];
  if (odd.length > 0) return fail(odd);
  const plain = plainValue(document, text.includes('*'), placeOf);
  if (!plain.ok) return fail([plain.failure]);
  return ok({
    file,
    text,
    document,
    value: plain.value,
    placeOf,
    placeAt: (path) => placeOfRange(document, path, 'value', placeOf),
    placeOfKey: (path) => placeOfRange(document, path, 'key', placeOf),
  });
}

function childrenOf(node: unknown): readonly unknown[] {
  if (isSeq(node)) return node.items;
  return isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : [];
}

function tooDeep(file: string): Failure {
  return {
    reason: 'definition',
    what: `${file} is nested too deeply`,
    why: `values may lie ${String(MAXIMUM_DEPTH)} levels deep`,
    cure: 'Look for brackets or dashes that were repeated by mistake',
    at: { file, line: 1, column: 1 },
  };
}

/** JavaScript means something else by this key, and validators leave it out without a word. */
function protoKeys(
  document: Document.Parsed,
  placeOf: (start: number, end: number) => SourcePlace,
): readonly Failure[] {
  const found: Failure[] = [];
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return;
      found.push({
        reason: 'definition',
        what: '"__proto__" cannot be a name',
        why: 'the tool means something else by it',
        cure: 'Choose another name',
        at: rangePlace(key.range, placeOf),
      });
    },
  });
  return found;
}

function textPlace(
  file: string,
  text: string,
  lines: LineCounter,
  start: number,
  end: number,
): SourcePlace {
  // An error at the end of the file points behind the last character: show the last line instead.
  const last = Math.max(0, text.trimEnd().length - 1);
  const from = start >= text.length ? last : start;
  const { line, col } = lines.linePos(from);
  const lineStart = from - (col - 1);
  const newline = text.indexOf('\n', lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  const lineText = text.slice(lineStart, lineEnd).replace(/\r$/, '');
  const length = Math.max(1, Math.min(end, lineStart + lineText.length) - from);
  return { file, line, column: col, text: lineText, length };
}

/** One mistake often makes the parser complain several times on its line: the first one counts. */
function withoutEchoes(failures: readonly Failure[]): readonly Failure[] {
  const seen = new Set<number>();
  return failures.filter(({ at }) => {
    if (at === undefined) return true;
    const known = seen.has(at.line);
    seen.add(at.line);
    return !known;
  });
}

function plainValue(
  document: Document.Parsed,
  mayHaveAliases: boolean,
  placeOf: (start: number, end: number) => SourcePlace,
): Result<unknown, Failure> {
  const unresolved = mayHaveAliases
    ? firstAlias(document, (alias) => alias.resolve(document) === undefined)
    : undefined;
  if (unresolved !== undefined) {
    return fail({
      reason: 'definition',
      what: `the alias *${unresolved.source} has no anchor`,
      cure: `Put &${unresolved.source} before the value that it stands for, further up`,
      at: rangePlace(unresolved.range, placeOf),
    });
  }
  try {
    return ok(document.toJS({ maxAliasCount: MAXIMUM_ALIASES }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return fail({
      reason: 'definition',
      what: 'aliases multiply past every measure',
      why: `at most ${MAXIMUM_ALIASES} uses of aliases are resolved`,
      cure: 'Write the values out',
      at: rangePlace(firstAlias(document, () => true)?.range, placeOf),
    });
  }
}

function firstAlias(
  document: Document.Parsed,
  wanted: (alias: Alias) => boolean,
): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      if (!wanted(alias)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

function rangePlace(
  range: Range | null | undefined,
  placeOf: (start: number, end: number) => SourcePlace,
): SourcePlace {
  return range ? placeOf(range[0], range[1]) : placeOf(0, 1);
}

function placeOfRange(
  document: Document.Parsed,
  path: YamlPath,
  part: 'key' | 'value',
  placeOf: (start: number, end: number) => SourcePlace,
): SourcePlace {
  let node: Node | null | undefined = document.contents;
  let best: Node | null | undefined = node;
  let key: Node | undefined;
  for (const step of path) {
    const child: { key?: Node; value: Node | null } | undefined = childOf(document, node, step);
    if (child === undefined) break;
    key = child.key;
    node = child.value;
    best = node ?? key ?? best;
  }
  const target = part === 'key' ? (key ?? best) : best;
  // A mapping starts with its first key: mark what names it rather than all it holds.
  const marked = isMap(target) || isSeq(target) ? (key ?? firstOf(target)) : target;
  return rangePlace(marked?.range, placeOf);
}

function firstOf(node: Node): Node {
  if (isMap(node)) {
    const first = node.items[0]?.key;
    return isScalar(first) ? first : node;
  }
  return node;
}

/** The child under a key or index, through aliases and merge keys. */
function childOf(
  document: Document.Parsed,
  parent: Node | null | undefined,
  step: string | number,
): { key?: Node; value: Node | null } | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(step)] as ParsedNode | undefined;
    return item === undefined ? undefined : { value: item };
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    if (isScalar(pair.key) && String(pair.key.value) === String(step)) return entry(pair);
  }
  for (const pair of node.items) {
    if (!isScalar(pair.key) || pair.key.source !== '<<') continue;
    const merged = pair.value as Node | null;
    const sources = isSeq(merged) ? merged.items : [merged];
    for (const source of sources) {
      const found = childOf(document, source as Node | null, step);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function entry(pair: Pair): { key?: Node; value: Node | null } {
  const value = pair.value as Node | null;
  return isScalar(pair.key) ? { key: pair.key, value } : { value };
}
