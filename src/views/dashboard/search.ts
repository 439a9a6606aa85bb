import type { PaneView, Surroundings } from './surroundings.ts';
import type { Match, TextPlace } from './ui.ts';

/** Search results beyond this are not listed. */
const MOST_RESULTS = 500;

/** How a query is found in a line: capitals matter only if it has some. */
export function finder(query: string): (text: string, from: number) => number {
  const exact = query !== query.toLowerCase();
  return (text, from) => (exact ? text : text.toLowerCase()).indexOf(query, from);
}

/** The next place with the query, going up or down from a line; undefined when there is none. */
export function findFrom(
  pane: PaneView,
  query: string,
  from: number,
  direction: 'up' | 'down',
): TextPlace | undefined {
  if (query === '') return undefined;
  const find = finder(query);
  const step = direction === 'up' ? -1 : 1;
  const last = pane.firstLine + pane.lineCount - 1;
  for (let line = from + step; line >= pane.firstLine && line <= last; line += step) {
    const at = find(pane.text(line), 0);
    if (at >= 0) return { line, column: columnAt(pane.chars(line), at) };
  }
  return undefined;
}

/** Every line with the query in every pane, newest first within each. */
export function findInAll(around: Surroundings, query: string): readonly Match[] {
  if (query === '') return [];
  const find = finder(query);
  const matches: Match[] = [];
  const seen = new Set<string>();
  for (const window of around.windows) {
    if (window.kind !== 'panes') continue;
    for (const { id } of window.panes) {
      if (seen.has(id)) continue;
      seen.add(id);
      const pane = around.pane(id);
      for (let line = pane.firstLine + pane.lineCount - 1; line >= pane.firstLine; line -= 1) {
        const text = pane.text(line);
        if (find(text, 0) < 0) continue;
        matches.push({ pane: id, line, text });
        if (matches.length >= MOST_RESULTS) return matches;
      }
    }
  }
  return matches;
}

/** Where the matches of a line are, in columns: for marking them. */
export function matchesIn(
  chars: readonly string[],
  query: string,
): readonly { readonly column: number; readonly columns: number }[] {
  if (query === '') return [];
  const text = chars.join('');
  const find = finder(query);
  const found: { column: number; columns: number }[] = [];
  for (let at = find(text, 0); at >= 0; at = find(text, at + query.length)) {
    const column = columnAt(chars, at);
    found.push({ column, columns: columnAt(chars, at + query.length) - column });
  }
  return found;
}

/** The last lines that contain a text, in order; at most `most`. */
export function filteredLines(pane: PaneView, filter: string, most: number): readonly number[] {
  const find = finder(filter);
  const lines: number[] = [];
  for (
    let line = pane.firstLine + pane.lineCount - 1;
    line >= pane.firstLine && lines.length < most;
    line -= 1
  ) {
    if (find(pane.text(line), 0) >= 0) lines.push(line);
  }
  return lines.reverse();
}

/** The column of a character of the line's text: wide ones take two. */
function columnAt(chars: readonly string[], index: number): number {
  let length = 0;
  for (let column = 0; column < chars.length; column += 1) {
    if (length >= index && chars[column] !== '') return column;
    length += chars[column]?.length ?? 0;
  }
  return chars.length;
}
