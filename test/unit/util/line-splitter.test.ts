import { expect, it } from 'vitest';
import { LineSplitter } from '../../../src/util/line-splitter.ts';

function linesOf(...texts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const text of texts) splitter.add(text);
  splitter.end();
  return lines;
}

it.each([
  [['a\nb\r\nc'], ['a', 'b', 'c']],
  [
    ['a', 'b\n', '\n', 'c\r', '\n'],
    ['ab', '', 'c'],
  ],
  [['\r\rx\n'], ['\r\rx']],
  [[''], []],
])('%j is %j', (texts, lines) => {
  expect(linesOf(...texts)).toEqual(lines);
});

it('puts a line of ten thousand pieces together once', () => {
  const piece = 'x'.repeat(16_384);
  const startedAt = performance.now();
  const [line = ''] = linesOf(...Array.from({ length: 10_000 }, () => piece));
  expect(line.length).toBe(163_840_000);
  // Put together with each piece it is minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
