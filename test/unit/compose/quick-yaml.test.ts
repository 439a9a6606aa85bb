import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problems } from '../../../src/compose/problems.ts';
import { readLines } from '../../../src/compose/read/line-yaml.ts';
import { readQuickly } from '../../../src/compose/read/quick-yaml.ts';
import type { RawNode } from '../../../src/compose/read/raw-node.ts';
import { readWholly } from '../../../src/compose/read/raw.ts';
import { FILE_LISTS } from '../../support/compose-generator.ts';
import { composeText } from '../../support/compose-writer.ts';

const CORPUS = join(import.meta.dirname, '../../corpus/compose');

/** What matters of a node: everything but where it ends, and where nothing stands. */
function essence(node: RawNode): unknown {
  const { kind, tag, start, value, quoted, children, target } = node;
  const to = target !== undefined && !isNothing(target) ? target.start : undefined;
  const at = isNothing(node) ? undefined : start;
  return [kind, tag, at, value, quoted, children.map(essence), to];
}

const isNothing = ({ kind, value, quoted }: RawNode): boolean =>
  kind === 'scalar' && value === '' && !quoted;

function whole(text: string): unknown {
  const problems = new Problems();
  const roots = readWholly({ display: 'x.yaml', text }, problems);
  return problems.found() ? 'refused' : roots?.map(essence);
}

function corpusTexts(): { name: string; text: string }[] {
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(CORPUS, name), 'utf8') }));
}

describe.each([
  { name: 'quick reader', read: readQuickly, least: 100 },
  { name: 'reader of lines', read: readLines, least: 30 },
])('the $name', ({ read: readIt, least }) => {
  it('sees in every file of the corpus what the whole parser sees, or leaves it to that', () => {
    let read = 0;
    for (const { name, text } of corpusTexts()) {
      const quick = readIt(text);
      if (quick === undefined) continue;
      read += 1;
      expect(quick.map(essence), name).toEqual(whole(text));
    }
    expect(read).toBeGreaterThan(least);
  });

  it('agrees with the whole parser on generated files', () => {
    fc.assert(
      fc.property(FILE_LISTS, fc.boolean(), (files, flow) => {
        for (const file of files) {
          const text = composeText(file, flow);
          const quick = readIt(text);
          if (quick !== undefined) expect(quick.map(essence)).toEqual(whole(text));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a block between brackets to the whole parser, which refuses it', () => {
    for (const text of ['a: {b:\n c: 1}\n', 'a: {b:\n - c}\n', 'a: [{b:\n c: 1}]\n']) {
      expect(readIt(text), text).toBeUndefined();
    }
  });

  it('agrees with the whole parser on damaged files', () => {
    const texts = corpusTexts().filter(({ text }) => text.length < 2000);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.constantFrom(
          '',
          ' ',
          '\n',
          ':',
          '- ',
          '"',
          "'",
          '#',
          ' #',
          '&a ',
          '*a',
          '!t ',
          ',',
          ']',
          '}',
          '{',
          '? ',
          '|',
          '\n  ',
          ' - ',
          '---\n',
          '\u00e9',
          '\\',
          '\\n',
          ' x y ',
          'a: ',
        ),
        ({ text }, at, cut, put) => {
          const index = at % (text.length + 1);
          const damaged = text.slice(0, index) + put + text.slice(index + cut);
          const quick = readIt(damaged);
          if (quick !== undefined) expect(quick.map(essence)).toEqual(whole(damaged));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('the reader of lines', () => {
  it('reads what large files are made of', () => {
    const text = `name: shop
services:
  web: # a comment
    image: "nginx:1.27"
    command: [sh, -c, 'sleep 1', node --inspect a:b x.js , "a \\"b\\"\\n\\\\ \\t"]
    entrypoint: "say \\"hello\\"\\n" # escaped
    depends_on: {db: {condition: service_healthy}, cache: {condition: service_started}}
    environment:
      A: x y
      C: ends in no space\u00a0 # but in this
      B: \${HOME:-y}
      EMPTY:
    ports:
    - 8080:80
    -   target: 90
        published: -1
volumes: {}
`;
    const quick = readLines(text);
    expect(quick?.map(essence)).toEqual(whole(text));
    expect(quick?.map(essence)).toEqual(readQuickly(text)?.map(essence));
  });

  it('takes a line of a million spaces, and one of as many quotes', () => {
    const gap = ' '.repeat(1_000_000);
    expect(readLines(`a: b${gap}c${gap}\n`)?.[0]?.children[1]?.value).toBe(`b${gap}c`);
    expect(readLines(`a: '${"''".repeat(500_000)}\n`)).toBeUndefined();
    expect(readLines(`a: ${'['.repeat(1_000)}\n`)).toBeUndefined();
  });

  it('leaves to a parser what goes on over lines, names others, or is wrong', () => {
    for (const text of [
      'a: b\n  c\n',
      'a: "b\n c"\n',
      'a: |\n  b\n',
      'a: &x b\nc: *x\n',
      'a: !reset null\n',
      'a: b: c\n',
      'a: [b,\n c]\n',
      'a: {b: c}, d\n',
      'a: "b" c\n',
      'a: "b"#c\n',
      ' a: b\nc: d\n',
      'a:\n  b: c\n d: e\n',
      '- a\n',
      'a\n',
      '',
      'a: b\n--- \nc: d\n',
      'a: b\n...\n',
      '? a\n: b\n',
      '"a": b\n',
      'a:\tb\n',
      'a: - b\n',
      'a:\n  - \n  - b\n',
      'a: [b, c',
      "a: it's: b\n",
    ]) {
      expect(readLines(text), text).toBeUndefined();
    }
  });
});
