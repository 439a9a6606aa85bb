import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** Edits of a YAML text that leave every other character of it alone. */

/** The node at a path; undefined when there is none. Aliases are not followed. */
export function yamlNodeAt(source: YamlSource, path: YamlPath): Node | null | undefined {
  return path.reduce<Node | null | undefined>((node, step) => {
    if (isMap(node)) return pairOf(node, step)?.value as Node | null | undefined;
    if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
    return undefined;
  }, source.document.contents);
}

function pairOf(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

/** True where something is written at a path: `key:` alone is nothing yet. */
export function isWritten(node: Node | null | undefined): node is Node {
  if (node === undefined || node === null) return false;
  return !(isScalar(node) && node.value === null && (node.source ?? '') === '');
}

/** Text with the value at a path (which is there, on one line) replaced. */
export function replaceValue(source: YamlSource, node: Node, value: string): string {
  const [start, end] = node.range ?? [0, 0];
  // The comment behind it stays in its column, as far as there is room.
  const gap = /^ +(?=#)/.exec(source.text.slice(end))?.[0].length ?? 0;
  const kept = gap === 0 ? 0 : Math.max(1, gap - (value.length - (end - start)));
  return splice(source.text, start, end + gap, value + ' '.repeat(kept));
}

/**
 * Text with an entry added at the end of the mapping at `path`, which has to be there, empty, or
 * missing at the top of the file.
 * @param block the entry's lines, by the indentation that they need.
 * @param flow the entry on one line, for a mapping in braces.
 * @returns undefined when what stands at the path is no mapping.
 */
export function addEntry(
  source: YamlSource,
  path: YamlPath,
  block: (indent: string) => readonly string[],
  flow: string,
): string | undefined {
  const node = yamlNodeAt(source, path);
  if (isMap(node)) {
    if (node.flow === true) return addToFlow(source.text, node, flow);
    const [first] = node.items;
    const indent = isScalar(first?.key) ? columnOf(source, first.key) : '';
    return insertLines(source.text, endOf(node), block(indent));
  }
  if (isWritten(node)) return undefined;
  const parent = yamlNodeAt(source, path.slice(0, -1));
  if (path.length === 0) return insertLines(source.text, source.text.length, block(''));
  const key = path.at(-1) ?? '';
  const pair = isMap(parent) && parent.flow !== true ? pairOf(parent, key) : undefined;
  if (!isScalar(pair?.key)) return undefined;
  const indent = `${columnOf(source, pair.key)}  `;
  return insertLines(source.text, (pair.key.range ?? [0, 0, 0])[1], block(indent));
}

function addToFlow(text: string, map: YAMLMap, entry: string): string {
  const [start, end] = map.range ?? [0, 0];
  const last = map.items.at(-1);
  if (last === undefined) return splice(text, start, end, `{ ${entry} }`);
  const at = Math.max(endOf(last.value as Node | null), endOf(last.key as Node | null));
  return splice(text, at, at, `, ${entry}`);
}

function columnOf(source: YamlSource, node: Node): string {
  const [start] = node.range ?? [0];
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1;
  return ' '.repeat(start - lineStart);
}

/** Where the last thing written in a node ends; comments behind it do not count. */
function endOf(node: Node | null | undefined): number {
  if (node === null || node === undefined) return 0;
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const ends = isMap(node)
      ? node.items.map((pair) =>
          Math.max(endOf(pair.key as Node | null), endOf(pair.value as Node | null)),
        )
      : node.items.map((item) => endOf(item as Node | null));
    return Math.max((node.range ?? [0])[0], ...ends);
  }
  return (node.range ?? [0, 0])[1];
}

/** Lines put behind the line that holds `offset`, with the file's own line ends. */
function insertLines(text: string, offset: number, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const added = lines.map((line) => line + eol).join('');
  if (offset > 0 && text[offset - 1] === '\n') return splice(text, offset, offset, added);
  const newline = text.indexOf('\n', offset);
  if (newline !== -1) return splice(text, newline + 1, newline + 1, added);
  return text === '' ? added : text + eol + added;
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
