import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { ARRANGEMENTS, arrange, type Arranged } from '../support/compose-arrange.ts';
import { FILE_LISTS } from '../support/compose-generator.ts';
import { judge } from '../support/compose-judge.ts';
import { composeText } from '../support/compose-writer.ts';

/** `ONESTACK_MERGE_RUNS=5000` and `ONESTACK_MERGE_SEED=1` run more, or the same again. */
const RUNS = Number(process.env['ONESTACK_MERGE_RUNS'] ?? 150);
const SEED = Number(process.env['ONESTACK_MERGE_SEED'] ?? Date.now() % 1_000_000_000);

const ENVIRONMENT = { SET: 'set', EMPTY: '', NUMBER: '42', TRUE: 'true', PORT: '8088' };
const FILES: Readonly<Record<string, string>> = {
  'vars.env': 'A=1\nFROM_FILE="x y"\nREF=${SET}-${A}\n',
  'more.env': "B=2\nA=3\n# comment\nQ='s $x'\n",
};

describe('random lists of files, judged by the installed Compose', () => {
  let root = '';
  let count = 0;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), `${ownName()}-merge-`));
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function write({ files }: Arranged, flow: boolean): string {
    count += 1;
    const folder = join(root, String(count));
    for (const part of ['', 'sub']) {
      mkdirSync(join(folder, part), { recursive: true });
      for (const [name, text] of Object.entries(FILES)) {
        writeFileSync(join(folder, part, name), text);
      }
    }
    for (const [path, value] of files) writeFileSync(join(folder, path), composeText(value, flow));
    return folder;
  }

  it(
    `${String(RUNS)} lists, ONESTACK_MERGE_SEED=${String(SEED)}`,
    { timeout: 60_000 + RUNS * 3_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          FILE_LISTS,
          fc.constantFrom(...ARRANGEMENTS),
          fc.boolean(),
          fc.integer({ min: 0, max: 9 }),
          async (list, arrangement, flow, dice) => {
            const arranged = arrange(list, arrangement);
            const folder = write(arranged, flow);
            const verdict = await judge({
              folder,
              files: arranged.named,
              environment: ENVIRONMENT,
              interpolate: dice > 0,
            });
            const refusal = verdict.weRefused?.map(({ what }) => what).join('\n');
            if (verdict.theyRefused || refusal !== undefined) {
              const both = verdict.theyRefused && refusal !== undefined;
              expect(both, `they: ${verdict.theirs}\nwe: ${refusal ?? verdict.merged}`).toBe(true);
            } else {
              expect(verdict.ours).toBe(verdict.theirs);
            }
            rmSync(folder, { recursive: true, force: true });
          },
        ),
        { numRuns: RUNS, seed: SEED },
      );
    },
  );
});
