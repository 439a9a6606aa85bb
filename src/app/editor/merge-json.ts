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

/** As editors write such files: comments, and a comma too many. */
const LENIENT = { allowTrailingComma: true, disallowComments: false };

/**
 * Adds the keys that an object in a text of JSON with comments lacks, at its end. Whatever has a
 * value keeps it, and no other character of the text is changed, but for a comma where one is needed.
 *
 * @param text undefined: there is no such file.
 * @param file as it is shown, for failures.
 */
export function mergeJson(
  text: string | undefined,
  wanted: Readonly<Record<string, unknown>>,
  file: string,
): Result<string, Failure> {
  if (text === undefined || text.trim() === '') return ok(`${JSON.stringify(wanted, null, 2)}\n`);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, LENIENT);
  if (errors.length > 0 || tree?.type !== 'object') return fail(brokenJson(text, errors[0], file));
  const missing = Object.entries(wanted).filter(
    ([key]) => findNodeAtLocation(tree, [key]) === undefined,
  );
  return ok(missing.length === 0 ? text : insert(text, tree, missing));
}

function brokenJson(text: string, error: ParseError | undefined, file: string): Failure {
  const lines = text.slice(0, error?.offset ?? 0).split('\n');
  return {
    reason: 'definition',
    what: `${file} is no valid JSON with comments`,
    why: error === undefined ? 'it holds no object' : printParseErrorCode(error.error),
    cure: 'Mend it; nothing was written',
    at: { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
  };
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
  for (let first = next(); first !== '}' && first !== undefined; first = next()) {
    if (first === '\n' || first === '\r') lineEnd ??= scanner.getTokenOffset();
    if (first !== ',') continue;
    hasComma = true;
    // It may stand on a later line, and belongs to the entry.
    lineEnd = undefined;
  }
  return { last, hasComma, lineEnd, brace: scanner.getTokenOffset() };
}

function insert(
  text: string,
  tree: Node,
  missing: readonly (readonly [string, unknown])[],
): string {
  const { last, hasComma, lineEnd, brace } = endOf(text, tree);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^([ \t]+)\S/m.exec(text.slice(tree.offset))?.[1] ?? '  ';
  const entries = missing.map(([key, value]) => {
    const json = JSON.stringify(value, null, indent).replaceAll('\n', `${eol}${indent}`);
    return `${eol}${indent}${JSON.stringify(key)}: ${json}`;
  });
  const isFirst = tree.children?.length === 0;
  const comma = isFirst || hasComma ? '' : ',';
  const at = lineEnd ?? brace;
  const before = lineEnd === undefined ? text.slice(last, at).trimEnd() : text.slice(last, at);
  const after = lineEnd === undefined ? `${eol}${text.slice(at)}` : text.slice(at);
  return `${text.slice(0, last)}${comma}${before}${entries.join(',')}${after}`;
}
