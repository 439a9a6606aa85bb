import { columnAt, passagesDown, passagesUp, characterPlace, writtenLine } from './passages.ts';
import type { Passage } from './passages.ts';
import type { PaneView, Scene } from './scene.ts';
import type { Match, TextPlace } from './ui.ts';

/** Search results beyond this are not listed. */
const MOST_RESULTS = 500;

/** Matches in one line beyond this are not marked. */
const MOST_MATCHES = 1_000;

/** A place with the query. */
export interface FoundPlace extends TextPlace {
  /** What is shown there does not have it: what that is known as besides does, such as the line as it came. */
  readonly isBesides?: true;
}

/** Where in the text each match begins. Capitals matter only in a query that has some. */
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

const has = ({ lines, besides }: Passage, query: string): boolean =>
  lines.some(({ text }) => matchesOf(text, query).length > 0) ||
  besides.some((text) => matchesOf(text, query).length > 0);

/** Where a passage has the query in what is shown; its beginning where only its other form has it. */
function placesIn(pane: PaneView, passage: Passage, query: string): readonly FoundPlace[] {
  const { first, lines, besides } = passage;
  const places = lines.flatMap((line) =>
    matchesOf(line.text, query).map((at): FoundPlace => characterPlace(pane, line, at)),
  );
  if (places.length > 0) return places;
  const isBesides = besides.some((text) => matchesOf(text, query).length > 0);
  return isBesides ? [{ line: first, column: 0, isBesides: true }] : [];
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
): FoundPlace | undefined {
  if (query === '') return undefined;
  const isUp = direction === 'up';
  // The rest of the line that `from` is in the middle of counts, too.
  for (const passage of isUp ? passagesUp(pane, from - 1) : passagesDown(pane, from + 1)) {
    if (filter !== '' && !has(passage, filter)) continue;
    const places = placesIn(pane, passage, query);
    const found = isUp
      ? places.findLast((place) => place.line < from)
      : places.find((place) => place.line > from);
    // Of several in one row the first.
    if (found !== undefined) return places.find((place) => place.line === found.line);
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
      for (const match of matchesInPane(id, around.pane(id), query)) {
        matches.push(match);
        if (matches.length >= MOST_RESULTS) return matches;
      }
    }
  }
  return matches;
}

function* matchesInPane(id: string, pane: PaneView, query: string): Generator<Match> {
  for (const { first, lines, besides } of passagesUp(pane, Infinity)) {
    let isShown = false;
    for (const line of lines.toReversed()) {
      const at = matchesOf(line.text, query)[0];
      if (at === undefined) continue;
      isShown = true;
      yield { pane: id, ...characterPlace(pane, line, at), text: line.text, at };
    }
    if (isShown) continue;
    for (const text of besides) {
      const at = matchesOf(text, query)[0];
      if (at !== undefined) yield { pane: id, line: first, column: 0, text, at };
    }
  }
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

/** The rows of lines that contain a text, from a row on, up or down; of a stack trace all or none. */
export function* rowsWith(
  pane: PaneView,
  query: string,
  from: number,
  direction: 'up' | 'down',
): Generator<number> {
  const isUp = direction === 'up';
  for (const passage of isUp ? passagesUp(pane, from) : passagesDown(pane, from)) {
    if (!has(passage, query)) continue;
    const { first, last } = passage;
    if (isUp) for (let row = Math.min(last, from); row >= first; row -= 1) yield row;
    else for (let row = Math.max(first, from); row <= last; row += 1) yield row;
  }
}
