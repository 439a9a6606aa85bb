import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { readMerged } from '../../../src/compose/read/merged-document.ts';
import { emitCompose } from '../../../src/compose/write/emit.ts';
import { ok } from '../../../src/util/result.ts';
import { FILE_LISTS } from '../../support/compose-generator.ts';
import { composeText } from '../../support/compose-writer.ts';

const CORPUS = join(import.meta.dirname, '../../corpus/compose');

/** The file that would be written of these; undefined where they are refused. */
function merged(texts: readonly string[]): string | undefined {
  const made = mergeCompose({
    layers: texts.map((text, index) => {
      const name = `${index}.yaml`;
      return { kind: 'file', path: `/p/${name}`, display: name, text };
    }),
    ...{ projectDirectory: '/p', projectName: 'p', profiles: ['*'], interpolate: true },
    environment: { HOME: '/home/ada', SET: 'set', NUMBER: '42', TRUE: 'true', PORT: '80' },
    readFile: () => ok(undefined),
  });
  if (!made.ok) return undefined;
  const places = { directory: '/p/.dev', shownRoot: '/p' };
  return emitCompose(made.value, { ...places, comments: true, profiles: 'keep' });
}

it('reads what was merged as a whole parser reads it', () => {
  let read = 0;
  const agrees = (text: string | undefined): void => {
    if (text === undefined) return;
    read += 1;
    expect(readMerged(text)).toEqual(parse(text, { logLevel: 'silent' }));
  };
  fc.assert(
    fc.property(FILE_LISTS, (files) => agrees(merged(files.map((one) => composeText(one, false))))),
    { numRuns: 60 },
  );
  for (const name of readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })) {
    if (/\.ya?ml$/.test(name)) agrees(merged([readFileSync(join(CORPUS, name), 'utf8')]));
  }
  expect(read).toBeGreaterThan(60);
});

it('knows nothing of a file that is damaged or empty', () => {
  for (const text of ['', 'services: {', 'a: b: c', '\u0000']) {
    expect(readMerged(text), text).toBeUndefined();
  }
});
