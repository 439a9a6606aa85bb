import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problems } from '../../../src/compose/problems.ts';
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

describe('the quick reader', () => {
  it('sees in every file of the corpus what the whole parser sees, or leaves it to that', () => {
    let read = 0;
    for (const { name, text } of corpusTexts()) {
      const quick = readQuickly(text);
      if (quick === undefined) continue;
      read += 1;
      expect(quick.map(essence), name).toEqual(whole(text));
    }
    expect(read).toBeGreaterThan(100);
  });

  it('agrees with the whole parser on generated files', () => {
    fc.assert(
      fc.property(FILE_LISTS, fc.boolean(), (files, flow) => {
        for (const file of files) {
          const text = composeText(file, flow);
          const quick = readQuickly(text);
          if (quick !== undefined) expect(quick.map(essence)).toEqual(whole(text));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a block between brackets to the whole parser, which refuses it', () => {
    for (const text of ['a: {b:\n c: 1}\n', 'a: {b:\n - c}\n', 'a: [{b:\n c: 1}]\n']) {
      expect(readQuickly(text), text).toBeUndefined();
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
        ),
        ({ text }, at, cut, put) => {
          const index = at % (text.length + 1);
          const damaged = text.slice(0, index) + put + text.slice(index + cut);
          const quick = readQuickly(damaged);
          if (quick !== undefined) expect(quick.map(essence)).toEqual(whole(damaged));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
