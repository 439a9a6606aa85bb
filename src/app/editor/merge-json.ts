import {
  createScanner,
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { Failure } from '../../events/failure.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { unfitFile } from './unfit-file.ts';

/** As editors write such files: comments, and a comma too many. */
const LENIENT = { allowTrailingComma: true, disallowComments: false };

/** Some editors on Windows begin a file with it. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Keys of lists whose items are told apart: by one of their own keys (`tasks` by `label`), or, of texts, by
 * themselves; those in another list of the file are not wanted.
 */
export type ItemKeys = Readonly<Record<string, string | { readonly unless: string }>>;

/**
 * Adds the keys that an object in a text of JSON with comments lacks, at its end, and to its lists of
 * `itemKeys` the items that they lack. Whatever has a value keeps it, and no other character of the
 * text is changed, but for a comma where one is needed.
 *
 * @param text undefined: there is no such file.
 * @param file as it is shown, for failures.
 */
export function mergeJson(
  text: string | undefined,
  wanted: Readonly<Record<string, unknown>>,
  file: string,
  itemKeys: ItemKeys = {},
): Result<string, Failure> {
  if (text === undefined || text.trim() === '') return ok(`${JSON.stringify(wanted, null, 2)}\n`);
  if (text.startsWith(BYTE_ORDER_MARK)) {
    const rest = mergeJson(text.slice(1), wanted, file, itemKeys);
    return rest.ok ? ok(`${BYTE_ORDER_MARK}${rest.value}`) : rest;
  }
  const unfit = unfitFile(text, file);
  if (unfit !== undefined) return fail(unfit);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, LENIENT);
  if (errors.length > 0 || tree?.type !== 'object') return fail(brokenJson(text, errors[0], file));
  let merged = text;
  const fitting = { ...wanted };
  for (const [key, itemKey] of Object.entries(itemKeys)) {
    const list = findNodeAtLocation(parsed(merged), [key]);
    fitting[key] = withoutUnwanted(tree, wanted[key], itemKey);
    if (list === undefined) continue;
    if (list.type !== 'array') return fail(noList(key, file));
    const missing = missingItems(list, fitting[key], itemKey);
    if (missing.length > 0) merged = insert(merged, list, missing);
  }
  const now = parsed(merged);
  const missing = Object.entries(fitting).filter(
    ([key]) => findNodeAtLocation(now, [key]) === undefined,
  );
  return ok(missing.length === 0 ? merged : insert(merged, now, missing));
}

/** Of what was valid before. */
function parsed(text: string): Node {
  const tree = parseTree(text, [], LENIENT);
  if (tree === undefined) throw new Error('valid JSON became invalid');
  return tree;
}

const itemsOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

/** Texts of a list, as they are compared: VS Code takes names of extensions in any case. */
const textsOf = ({ children = [] }: Node): readonly string[] =>
  children.map(({ value }) => (typeof value === 'string' ? value.toLowerCase() : ''));

function withoutUnwanted(tree: Node, wanted: unknown, itemKey: ItemKeys[string]): unknown {
  const list = typeof itemKey === 'string' ? undefined : findNodeAtLocation(tree, [itemKey.unless]);
  if (list === undefined) return wanted;
  const unwanted = textsOf(list);
  return itemsOf(wanted).filter((item) => !unwanted.includes(String(item).toLowerCase()));
}

/** Those whose own name no item has. */
function missingItems(list: Node, wanted: unknown, itemKey: ItemKeys[string]): readonly Entry[] {
  const isMissing = typeof itemKey === 'string' ? unnamed(list, itemKey) : unwritten(list);
  return itemsOf(wanted)
    .filter(isMissing)
    .map((item) => [undefined, item]);
}

function unwritten(list: Node): (item: unknown) => boolean {
  const texts = textsOf(list);
  return (item) => !texts.includes(String(item).toLowerCase());
}

function unnamed({ children = [] }: Node, itemKey: string): (item: unknown) => boolean {
  const names = children.map((item): unknown =>
    item.type === 'object' ? findNodeAtLocation(item, [itemKey])?.value : undefined,
  );
  return (item) =>
    !names.includes(Object.entries(item ?? {}).find(([key]) => key === itemKey)?.[1]);
}

function noList(key: string, file: string): Failure {
  return {
    reason: 'definition',
    what: `${file}: ${key} is no list`,
    cure: 'Mend it; nothing was written',
  };
}

function brokenJson(text: string, error: ParseError | undefined, file: string): Failure {
  const lines = text.slice(0, error?.offset ?? 0).split('\n');
  return {
    reason: 'definition',
    what: `${file} is no valid JSON with comments`,
    why: error === undefined ? 'it holds no object' : inWords(printParseErrorCode(error.error)),
    cure: 'Mend it; nothing was written',
    at: { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
  };
}

/** `PropertyNameExpected` → `property name expected`. */
function inWords(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}

/** Where the object's own text ends, and what stands between its last entry and its brace. */
interface End {
  /** Right behind the last entry, or behind the opening brace. */
  readonly last: number;
  readonly hasComma: boolean;
  /** The end of that line, comments on it included; undefined where the brace is on it, too. */
  readonly lineEnd: number | undefined;
  readonly brace: number;
}

function endOf(text: string, { offset, children = [] }: Node): End {
  const entry = children.at(-1);
  const last = entry === undefined ? offset + 1 : entry.offset + entry.length;
  const scanner = createScanner(text);
  scanner.setPosition(last);
  let hasComma = false;
  let lineEnd: number | undefined;
  const next = (): string | undefined => {
    scanner.scan();
    return text[scanner.getTokenOffset()];
  };
  // Each token by its first character: no comment begins with one of these.
  const ends = new Set(['}', ']', undefined]);
  for (let first = next(); !ends.has(first); first = next()) {
    if (first === '\n' || first === '\r') lineEnd ??= scanner.getTokenOffset();
    if (first !== ',') continue;
    hasComma = true;
    // It may stand on a later line, and belongs to the entry.
    lineEnd = undefined;
  }
  return { last, hasComma, lineEnd, brace: scanner.getTokenOffset() };
}

/** A key with its value; of a list a value alone. */
type Entry = readonly [key: string | undefined, value: unknown];

/** What is before the first character of the line that a place is on. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function insert(text: string, node: Node, missing: readonly Entry[]): string {
  const { last, hasComma, lineEnd, brace } = endOf(text, node);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const base = node.parent === undefined ? '' : indentAt(text, node.offset);
  const unit = /^([ \t]+)["\]}]/m.exec(text)?.[1] ?? '  ';
  const indent = base + unit;
  const entries = missing.map(([key, value]) => {
    const json = JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`);
    return `${eol}${indent}${key === undefined ? '' : `${JSON.stringify(key)}: `}${json}`;
  });
  const isFirst = node.children?.length === 0;
  const comma = isFirst || hasComma ? '' : ',';
  const at = lineEnd ?? brace;
  const before = lineEnd === undefined ? text.slice(last, at).trimEnd() : text.slice(last, at);
  const after = lineEnd === undefined ? `${eol}${base}${text.slice(at)}` : text.slice(at);
  return `${text.slice(0, last)}${comma}${before}${entries.join(',')}${after}`;
}
