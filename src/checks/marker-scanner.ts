/**
 * Finds marks of our own in a byte stream that may hold anything.
 *
 * A mark is RS (0x1e), a random word of 32 hexadecimal digits that the stream's other writers
 * cannot know, `:`, a number, and a line feed. Everything else is passed on as it came, at once: only
 * bytes that may be the beginning of a mark are held back until the next chunk.
 */
const RS = 0x1e;
/** `:`, a number of up to ten digits, and a line feed. */
const MAX_REST = 12;

export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'mark'; readonly word: string; readonly value: string };

export interface MarkerScanner {
  /** The pieces that this chunk completes, in order. */
  push(chunk: Buffer): readonly Piece[];
  /** What was held back, when the stream ends. */
  end(): readonly Piece[];
}

/** @param isOurs whether a word is one that we gave out */
export function createMarkerScanner(isOurs: (word: string) => boolean): MarkerScanner {
  let held = Buffer.alloc(0);

  function push(chunk: Buffer): readonly Piece[] {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = Buffer.alloc(0);
    const pieces: Piece[] = [];
    let from = 0;
    for (;;) {
      const start = rest.indexOf(RS, from);
      if (start === -1) break;
      const mark = readMark(rest, start, isOurs);
      if (mark === 'none') {
        from = start + 1;
        continue;
      }
      if (start > 0) pieces.push({ kind: 'bytes', bytes: rest.subarray(0, start) });
      if (mark === 'incomplete') {
        held = Buffer.from(rest.subarray(start));
        return pieces;
      }
      pieces.push({ kind: 'mark', word: mark.word, value: mark.value });
      rest = rest.subarray(mark.end);
      from = 0;
    }
    if (rest.length > 0) pieces.push({ kind: 'bytes', bytes: rest });
    return pieces;
  }

  function end(): readonly Piece[] {
    const rest = held;
    held = Buffer.alloc(0);
    return rest.length === 0 ? [] : [{ kind: 'bytes', bytes: rest }];
  }

  return { push, end };
}

const WORD_LENGTH = 32;

/** The mark that begins at `start`; `incomplete` when more bytes can still make it one. */
function readMark(
  bytes: Buffer,
  start: number,
  isOurs: (word: string) => boolean,
): { readonly word: string; readonly value: string; readonly end: number } | 'none' | 'incomplete' {
  const word = bytes.toString('latin1', start + 1, start + 1 + WORD_LENGTH);
  if (!/^[0-9a-f]*$/.test(word)) return 'none';
  if (word.length < WORD_LENGTH) return 'incomplete';
  if (!isOurs(word)) return 'none';
  // What follows has to be `:`, digits, and a line feed; anything else and it is output.
  const rest = bytes.toString(
    'latin1',
    start + 1 + WORD_LENGTH,
    start + 1 + WORD_LENGTH + MAX_REST,
  );
  const value = /^:(\d+)\n/.exec(rest)?.[1];
  if (value !== undefined) {
    return { word, value, end: start + 1 + WORD_LENGTH + value.length + 2 };
  }
  return rest.length < MAX_REST && /^(?::\d*)?$/.test(rest) ? 'incomplete' : 'none';
}
