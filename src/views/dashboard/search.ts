import type { PaneView, Scene } from './scene.ts';
import type { Match, TextPlace } from './ui.ts';

/** Search results beyond this are not listed. */
const MOST_RESULTS = 500;

/**
 * Rows that are put together to one line at most: some programs never end a line, and one of as
 * many rows as a pane keeps would be put together anew for each row that is shown.
 */
const MOST_ROWS = 200;

/** Matches in one line beyond this are not marked. */
const MOST_MATCHES = 1_000;

/** A line as its program wrote it: the rows that it takes in a pane too narrow for it. */
interface WrittenLine {
  readonly first: number;
  readonly last: number;
  readonly text: string;
  /** Where in the text each row begins. */
  readonly starts: readonly number[];
}

function writtenLine(pane: PaneView, row: number): WrittenLine {
  // By the row's number, so that the line is cut at the same places from wherever it is looked at.
  const goesOn = (at: number): boolean => pane.isWrapped(at) && at % MOST_ROWS !== 0;
  let first = row;
  while (first > pane.firstLine && goesOn(first)) first -= 1;
  const end = pane.firstLine + pane.lineCount - 1;
  let last = row;
  while (last < end && goesOn(last + 1)) last += 1;
  let text = '';
  const starts: number[] = [];
  for (let at = first; at <= last; at += 1) {
    starts.push(text.length);
    // A row that goes on in the next one is full, be it with blanks.
    text += at < last ? pane.chars(at).join('') : pane.text(at);
  }
  return { first, last, text, starts };
}

/** Where in the text of the line each match begins. Capitals matter only in a query that has some. */
function matchesOf(text: string, query: string): readonly number[] {
  const searched = query === query.toLowerCase() ? text.toLowerCase() : text;
  const found: number[] = [];
  let at = searched.indexOf(query);
  while (at >= 0 && found.length < MOST_MATCHES) {
    found.push(at);
    at = searched.indexOf(query, at + query.length);
  }
  return found;
}

/** The row and column of a character of a line. */
function placeIn(pane: PaneView, { first, starts }: WrittenLine, index: number): TextPlace {
  const row = starts.findLastIndex((start) => start <= index);
  const line = first + row;
  return { line, column: columnAt(pane.chars(line), index - (starts[row] ?? 0)) };
}

/**
 * The next place with the query, going up or down from a row, of all lines or those with a filter's
 * text; undefined when there is none.
 */
export function findFrom(
  pane: PaneView,
  query: string,
  from: number,
  direction: 'up' | 'down',
  filter = '',
): TextPlace | undefined {
  if (query === '') return undefined;
  const end = pane.firstLine + pane.lineCount - 1;
  const isUp = direction === 'up';
  // The rest of the line that `from` is in the middle of counts, too.
  let row = isUp ? Math.min(end, from - 1) : Math.max(pane.firstLine, from + 1);
  while (row >= pane.firstLine && row <= end) {
    const line = writtenLine(pane, row);
    const isShown = filter === '' || matchesOf(line.text, filter).length > 0;
    const matches = isShown ? matchesOf(line.text, query) : [];
    const places = matches.map((at) => placeIn(pane, line, at));
    const found = isUp
      ? places.findLast((place) => place.line < from)
      : places.find((place) => place.line > from);
    if (found !== undefined) {
      // Of several in one row the first.
      return places.find((place) => place.line === found.line);
    }
    row = isUp ? line.first - 1 : line.last + 1;
  }
  return undefined;
}

/** Every line with the query in every pane, newest first within each. */
export function findInAll(around: Scene, query: string): readonly Match[] {
  if (query === '') return [];
  const matches: Match[] = [];
  const seen = new Set<string>();
  for (const window of around.windows) {
    if (window.kind !== 'panes') continue;
    for (const { id } of window.panes) {
      if (seen.has(id)) continue;
      seen.add(id);
      const pane = around.pane(id);
      for (const line of linesUp(pane, Infinity)) {
        const at = matchesOf(line.text, query)[0];
        if (at === undefined) continue;
        matches.push({ pane: id, ...placeIn(pane, line, at), text: line.text, at });
        if (matches.length >= MOST_RESULTS) return matches;
      }
    }
  }
  return matches;
}

/** Where the matches are in one row, in columns: for marking them. */
export function matchesIn(
  pane: PaneView,
  row: number,
  query: string,
): readonly { readonly column: number; readonly columns: number }[] {
  if (query === '') return [];
  const { text, first, starts } = writtenLine(pane, row);
  const start = starts[row - first] ?? 0;
  const end = starts[row - first + 1] ?? text.length;
  const chars = pane.chars(row);
  return matchesOf(text, query).flatMap((at) => {
    if (at >= end || at + query.length <= start) return [];
    const column = columnAt(chars, Math.max(0, at - start));
    const next = columnAt(chars, Math.min(end, at + query.length) - start);
    return [{ column, columns: next - column }];
  });
}

/** The rows of lines that contain a text, from a row on, up or down. */
export function* rowsWith(
  pane: PaneView,
  query: string,
  from: number,
  direction: 'up' | 'down',
): Generator<number> {
  const isUp = direction === 'up';
  for (const { first, last, text } of isUp ? linesUp(pane, from) : linesDown(pane, from)) {
    if (matchesOf(text, query).length === 0) continue;
    if (isUp) for (let row = Math.min(last, from); row >= first; row -= 1) yield row;
    else for (let row = Math.max(first, from); row <= last; row += 1) yield row;
  }
}

/** The lines of a pane, from the one of a row upwards. */
function* linesUp(pane: PaneView, from: number): Generator<WrittenLine> {
  let row = Math.min(from, pane.firstLine + pane.lineCount - 1);
  while (row >= pane.firstLine) {
    const line = writtenLine(pane, row);
    yield line;
    row = line.first - 1;
  }
}

/** The lines of a pane, from the one of a row downwards. */
function* linesDown(pane: PaneView, from: number): Generator<WrittenLine> {
  let row = Math.max(from, pane.firstLine);
  while (row < pane.firstLine + pane.lineCount) {
    const line = writtenLine(pane, row);
    yield line;
    row = line.last + 1;
  }
}

/** The column of a character of a row's text: wide ones take two. */
function columnAt(chars: readonly string[], index: number): number {
  let length = 0;
  for (let column = 0; column < chars.length; column += 1) {
    if (length >= index && chars[column] !== '') return column;
    length += chars[column]?.length ?? 0;
  }
  return chars.length;
}
