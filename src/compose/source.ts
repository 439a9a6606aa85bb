import type { SourcePlace } from '../events/failure.ts';

/** The text of one definition file, and the name people know it by. */
export interface Source {
  /** Relative to the project where it lies inside, else absolute. */
  readonly display: string;
  readonly text: string;
  /** Offsets of line starts; filled on first use. */
  lineStarts?: readonly number[];
}

/** Where a value comes from: a stretch of a file (offsets), or the tool itself. */
export type Place =
  | { readonly source: Source; readonly start: number; readonly end: number }
  | { readonly tool: string };

function lineStarts(source: Source): readonly number[] {
  if (source.lineStarts !== undefined) return source.lineStarts;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  source.lineStarts = starts;
  return starts;
}

/** Index of the line that holds `offset`, from 0. */
function lineIndex(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The place with line, column and excerpt; undefined for what the tool itself sets. */
export function sourcePlace(place: Place): SourcePlace | undefined {
  if (!('source' in place)) return undefined;
  const { source, start, end } = place;
  const starts = lineStarts(source);
  const index = lineIndex(starts, start);
  const lineStart = starts[index] ?? 0;
  const newline = source.text.indexOf('\n', lineStart);
  const lineEnd = newline === -1 ? source.text.length : newline;
  const stop = Math.min(end, lineEnd);
  return {
    file: source.display,
    line: index + 1,
    column: start - lineStart + 1,
    text: source.text.slice(lineStart, lineEnd).replace(/\r$/, ''),
    length: Math.max(1, stop - start),
  };
}

/** `compose/dev.yaml:14`, or `set by the tool: module mount`. */
export function shownPlace(place: Place): string {
  if (!('source' in place)) return `set by the tool: ${place.tool}`;
  const line = lineIndex(lineStarts(place.source), place.start) + 1;
  return `${place.source.display}:${String(line)}`;
}
