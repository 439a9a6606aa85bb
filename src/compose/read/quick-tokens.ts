/** What the quick reader knows of single tokens. */
import { CST } from 'yaml';
import { scalarRaw, type RawNode } from './raw-node.ts';

/** Thrown and caught by the quick reader: this text needs the whole parser. */
export const UNUSUAL = new Error('unusual YAML');

export interface Properties {
  readonly tag: string;
  readonly anchor: string | undefined;
  /** Whether a line ends after the last tag or anchor, or after the indicator. */
  readonly newline: boolean;
  readonly end: number;
}

/** Spaces, line ends, and comments that are parted from what stands before them. */
export function isBlank({ type, offset }: CST.SourceToken, text: string): boolean {
  if (type !== 'comment') return type === 'space' || type === 'newline';
  return offset === 0 || /[ \n]/.test(text.charAt(offset - 1));
}

/** Tags and anchors among the tokens before a value; `indicator` must be there, once. */
export function propertiesOf(
  tokens: readonly CST.SourceToken[],
  indicator: string,
  start: number,
  text: string,
): Properties {
  let tag = '';
  let anchor: string | undefined;
  let newline = false;
  let found = 0;
  let end = start;
  let bare = true;
  for (const token of tokens) {
    if (!isBlank(token, text)) end = token.offset + token.source.length;
    if (token.type === indicator) {
      found += 1;
      newline = false;
      bare = true;
    } else if (token.type === 'newline') {
      newline = true;
      bare = true;
    } else if (isBlank(token, text)) {
      bare = true;
    } else if (found === 1 && token.type === 'anchor' && anchor === undefined && bare) {
      // An empty one is wrong, one with a colon at its end doubtful.
      if (!/^&[A-Za-z0-9_.-]+$/.test(token.source)) throw UNUSUAL;
      anchor = token.source.slice(1);
      newline = false;
      bare = false;
    } else if (found === 1 && token.type === 'tag' && tag === '' && bare) {
      // Verbatim tags and tag handles need the document's directives.
      if (!/^!(?:!?[A-Za-z0-9_-]+)?$/.test(token.source)) throw UNUSUAL;
      tag = token.source;
      newline = false;
      bare = false;
    } else {
      throw UNUSUAL;
    }
  }
  if (found !== 1 || !bare) throw UNUSUAL;
  return { tag, anchor, newline, end };
}

/** Between brackets: only spaces and the comma that belongs there. */
export function checkStart(tokens: readonly CST.SourceToken[], commas: number): void {
  let found = 0;
  for (const { type } of tokens) {
    if (type === 'comma') found += 1;
    else if (type !== 'space') throw UNUSUAL;
  }
  if (found !== commas) throw UNUSUAL;
}

export function scalarOf(
  token: CST.FlowScalar | CST.BlockScalar,
  tag: string,
  place: 'block' | 'brackets',
): RawNode {
  const { offset, source } = token;
  const end = offset + source.length;
  const quoted = token.type !== 'scalar';
  const first = source.charAt(0);
  const last = source.charAt(source.length - 1);
  let value: string | undefined;
  if (token.type === 'scalar') {
    if (/[%|>@`,\u0000]/.test(first) || (place === 'brackets' && /[:?]/.test(first))) throw UNUSUAL;
    if (!source.includes('\n')) value = source;
  } else if (token.type === 'single-quoted-scalar') {
    if (source.length < 2 || last !== "'") throw UNUSUAL;
    if (!source.includes('\n')) value = source.slice(1, -1).replaceAll("''", "'");
  } else if (token.type === 'double-quoted-scalar') {
    if (source.length < 2 || last !== '"') throw UNUSUAL;
    if (!/[\\\n]/.test(source)) value = source.slice(1, -1);
  }
  if (place === 'brackets' && value === undefined && source.includes('\n')) throw UNUSUAL;
  value ??= CST.resolveAsScalar(token, true, () => {
    throw UNUSUAL;
  }).value;
  return scalarRaw(tag, offset, end, value, quoted);
}
