import { describe, expect, it } from 'vitest';
import { twinRounds, type Edited } from '../../../support/check-twins.ts';
import { ESLINT_TWINS } from '../../../support/eslint-twins.ts';
import { TSC_SILENT_TWINS, TSC_TWINS } from '../../../support/tsc-twins.ts';

// The real tools, in folders of their own; `scripts/check-twins.ts` makes thousands of rounds of it.
const SEED = 13;

describe(
  'a check that keeps what it found out says what the bare command says',
  { timeout: 180_000 },
  () => {
    it.each([
      { name: 'tsc', setup: TSC_TWINS, rounds: 5 },
      { name: 'tsc --noEmit', setup: TSC_SILENT_TWINS, rounds: 3 },
      { name: 'eslint', setup: ESLINT_TWINS, rounds: 4 },
    ])('$name', async ({ setup, rounds }) => {
      const { kept, believed, wrong } = await twinRounds(setup, SEED, rounds);
      expect(wrong).toEqual([]);
      expect(kept).toBe(rounds);
      expect(believed).toBeGreaterThan(1);
    });

    it('with old problems and nothing changed', async () => {
      const edits = {
        'a problem that stays': (edited: Edited) => {
          edited.write('src/wrong.ts', "export const wrong: number = 'x';\n");
          return 'a problem';
        },
      };
      for (const setup of [TSC_TWINS, TSC_SILENT_TWINS]) {
        expect((await twinRounds({ ...setup, edits }, SEED, 3)).wrong).toEqual([]);
      }
    });
  },
);
