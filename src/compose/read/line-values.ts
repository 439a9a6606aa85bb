/** Values that stand on one line, for the reader of lines: anything unusual is left to the parsers. */
import { scalarRaw, type RawNode } from './raw-node.ts';

/** Thrown and caught by the reader of lines: this text needs a parser. */
export const UNUSUAL_LINE = new Error('not for the reader of lines');

export interface Found {
  readonly node: RawNode;
  /** Offset behind it. */
  readonly next: number;
}

const PLAIN_FIRST = /[A-Za-z0-9_./~$(+=^;\\]/;
/** Between brackets, whole, words and all; a colon only before something that goes on. */
const PLAIN_IN_BRACKETS =
  /(?:--?(?=[A-Za-z0-9_./]))?[A-Za-z0-9_./~$+](?:[A-Za-z0-9_./~$@=+%^*;-]|:(?=[A-Za-z0-9_/]))*(?: +(?:[A-Za-z0-9_./~$@=+%^*;-]|:(?=[A-Za-z0-9_/]))+)*/y;
/** Escapes of one character; what is written by numbers a parser reads. */
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const KEY = /[A-Za-z0-9_./](?:[A-Za-z0-9_./-])*/y;
/** As YAML bounds keys, with room to spare. */
const LONGEST_KEY = 500;

/** A key with its colon; undefined where none stands here. */
export function keyAt(text: string, at: number): Found | undefined {
  KEY.lastIndex = at;
  const key = KEY.exec(text)?.[0];
  if (key === undefined || key.length > LONGEST_KEY) return undefined;
  const end = at + key.length;
  const after = text.charCodeAt(end + 1);
  // A colon, and a space or the end of the line or of the text.
  const isKey =
    text.charCodeAt(end) === 58 && (after === 32 || after === 10 || Number.isNaN(after));
  return isKey ? { node: scalarRaw('', at, end, key, false), next: end + 1 } : undefined;
}

/** The value that begins here and ends on this line, which ends at `lineEnd`. */
export function rawValueAt(text: string, at: number, lineEnd: number): RawNode {
  const first = text.charAt(at);
  if (first === '"' || first === "'" || first === '[' || first === '{') {
    const { node, next } = closedAt(text, at, lineEnd);
    if (!isRestBlank(text, next, lineEnd)) throw UNUSUAL_LINE;
    return node;
  }
  const isOption = first === '-' && /^--?[A-Za-z0-9_./]/.test(text.slice(at, at + 3));
  if (!isOption && !PLAIN_FIRST.test(first)) throw UNUSUAL_LINE;
  const line = text.slice(at, lineEnd);
  const comment = line.indexOf(' #');
  // Spaces alone: what else looks empty is text. By hand: a pattern looks at each run of them anew.
  let length = comment === -1 ? line.length : comment;
  while (line.charCodeAt(length - 1) === 32) length -= 1;
  const value = line.slice(0, length);
  if (value.includes(': ') || value.endsWith(':')) throw UNUSUAL_LINE;
  return scalarRaw('', at, at + value.length, value, false);
}

/** Only spaces, or a comment that is parted from what stands before it. */
export function isRestBlank(text: string, from: number, lineEnd: number): boolean {
  let at = from;
  while (at < lineEnd && text.charCodeAt(at) === 32) at += 1;
  return at === lineEnd || (at > from && text.charCodeAt(at) === 35);
}

/** What has an end of its own: quoted text, or brackets. */
function closedAt(text: string, at: number, lineEnd: number): Found {
  const first = text.charAt(at);
  if (first === '[') return listAt(text, at, lineEnd);
  if (first === '{') return mapAt(text, at, lineEnd);
  const close = text.indexOf(first, at + 1);
  if (close === -1 || close >= lineEnd) throw UNUSUAL_LINE;
  const value = text.slice(at + 1, close);
  if (first === '"' && value.includes('\\')) return escapedAt(text, at, lineEnd);
  if (first === "'" && text.charAt(close + 1) === "'") throw UNUSUAL_LINE;
  return { node: scalarRaw('', at, close + 1, value, true), next: close + 1 };
}

/** Text in double quotes with characters that are written by a backslash. */
function escapedAt(text: string, start: number, lineEnd: number): Found {
  let value = '';
  let from = start + 1;
  let at = from;
  for (; at < lineEnd && text.charAt(at) !== '"'; at += 1) {
    if (text.charAt(at) !== '\\') continue;
    const meant = ESCAPED.get(text.charAt(at + 1));
    if (meant === undefined) throw UNUSUAL_LINE;
    value += text.slice(from, at) + meant;
    at += 1;
    from = at + 1;
  }
  if (at >= lineEnd) throw UNUSUAL_LINE;
  const node = scalarRaw('', start, at + 1, value + text.slice(from, at), true);
  return { node, next: at + 1 };
}

function insideAt(text: string, at: number, lineEnd: number): Found {
  if (/["'[{]/.test(text.charAt(at))) return closedAt(text, at, lineEnd);
  PLAIN_IN_BRACKETS.lastIndex = at;
  const value = PLAIN_IN_BRACKETS.exec(text)?.[0];
  if (value === undefined) throw UNUSUAL_LINE;
  const next = at + value.length;
  return { node: scalarRaw('', at, next, value, false), next };
}

const skipSpaces = (text: string, from: number): number => {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
};

function bracketsOf(kind: 'list' | 'map', start: number, end: number, children: RawNode[]): Found {
  const node: RawNode = { kind, tag: '', start, end, value: '', quoted: false, children };
  return { node, next: end };
}

function listAt(text: string, start: number, lineEnd: number): Found {
  const children: RawNode[] = [];
  let at = skipSpaces(text, start + 1);
  if (text.charAt(at) === ']') return bracketsOf('list', start, at + 1, children);
  for (;;) {
    const { node, next } = insideAt(text, at, lineEnd);
    children.push(node);
    at = skipSpaces(text, next);
    if (text.charAt(at) === ']') return bracketsOf('list', start, at + 1, children);
    if (text.charAt(at) !== ',') throw UNUSUAL_LINE;
    at = skipSpaces(text, at + 1);
  }
}

function mapAt(text: string, start: number, lineEnd: number): Found {
  const children: RawNode[] = [];
  let at = skipSpaces(text, start + 1);
  if (text.charAt(at) === '}') return bracketsOf('map', start, at + 1, children);
  for (;;) {
    const key = keyAt(text, at);
    if (key === undefined) throw UNUSUAL_LINE;
    const { node, next } = insideAt(text, skipSpaces(text, key.next), lineEnd);
    children.push(key.node, node);
    at = skipSpaces(text, next);
    if (text.charAt(at) === '}') return bracketsOf('map', start, at + 1, children);
    if (text.charAt(at) !== ',') throw UNUSUAL_LINE;
    at = skipSpaces(text, at + 1);
  }
}
