import picomatch from 'picomatch';
import type { DuplicatesGate } from '../../model/gates.ts';
import { NO_SOURCE, passed, refused, type Verdict } from './verdict.ts';

/** What was found in a module's sources. */
export interface Duplicates {
  /** Of all files that were looked at. */
  readonly lines: number;
  /** Lines that stand elsewhere as well. */
  readonly repeated: number;
  /** `src/a.ts:3-14 as src/b.ts:20-31`. */
  readonly places: readonly string[];
}

/** Texts that are data: that much of it is alike is no fault. */
const DATA = new Set(
  'json json5 markdown txt yaml xml markup csv properties log ini toml svg ignore diff'.split(' '),
);
/** Below this many words and signs, lines are alike by chance. */
const LEAST_TOKENS = 50;
/** What is no part of a program. */
const IGNORED = new Set(['ignore', 'empty', 'new_line', 'comment', 'block-comment']);

/**
 * Finds lines of a module's sources that stand in it twice, whatever comments and white space say. Tests
 * do not count.
 * @param files by path from the module's folder, in their order.
 */
export async function findDuplicates(
  files: ReadonlyMap<string, string>,
  { lines: minLines, except }: Pick<DuplicatesGate, 'lines' | 'except'>,
): Promise<Duplicates> {
  const { Detector, MemoryStore } = await import('@jscpd/core');
  const { Tokenizer, getFormatByFile } = await import('@jscpd/tokenizer');
  const mode = ({ type }: { readonly type: string }): boolean => !IGNORED.has(type);
  const options = { minLines, minTokens: LEAST_TOKENS, mode };
  const detector = new Detector(new Tokenizer(), new MemoryStore(), [], options);
  const isLeftOut = picomatch([...NO_SOURCE, ...except]);
  const repeated = new Set<string>();
  const places: string[] = [];
  let lines = 0;
  for (const [path, text] of files) {
    const format = getFormatByFile(path);
    if (format === undefined || DATA.has(format) || isLeftOut(path)) continue;
    lines += text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    for (const { duplicationA, duplicationB } of await detector.detect(path, text, format)) {
      const spans = [duplicationB, duplicationA].map(({ sourceId, start, end }) => {
        for (let line = start.line; line <= end.line; line += 1) {
          repeated.add(`${sourceId}:${String(line)}`);
        }
        return `${sourceId}:${String(start.line)}-${String(end.line)}`;
      });
      places.push(spans.join(' as '));
    }
  }
  return { lines, repeated: repeated.size, places };
}

export function duplicatesVerdict(
  { most }: DuplicatesGate,
  { lines, repeated, places }: Duplicates,
): Verdict {
  // Rounded up: what is over the limit does not look as if it were not.
  const share = lines === 0 ? 0 : Math.ceil((repeated * 1000) / lines) / 10;
  const what = `${String(share)} % of ${String(lines)} lines stand there twice, ${String(most)} % may`;
  if (share <= most) return passed('duplicates', what, places);
  return refused('duplicates', what, places, 'Give what is alike one place, and use it from both');
}
