import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { judge } from '../support/compose-judge.ts';
import type { JudgeCase } from '../support/compose-judge.ts';

const CORPUS = join(import.meta.dirname, '../corpus/compose');

/** `case.json` of a case: how both sides are called, and whether Compose refuses the files. */
interface CaseFile extends Omit<JudgeCase, 'folder'> {
  readonly refused?: boolean;
}

describe('hard cases, judged by the installed Compose', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `${ownName()}-corpus-`));
    cpSync(CORPUS, folder, { recursive: true });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.concurrent.each(readdirSync(CORPUS).sort())('%s', async (name) => {
    const { refused = false, ...options } = JSON.parse(
      readFileSync(join(CORPUS, name, 'case.json'), 'utf8'),
    ) as CaseFile;
    const verdict = await judge({ ...options, folder: join(folder, name) });
    expect(verdict.theyRefused, verdict.theirs).toBe(refused);
    if (refused) {
      expect(verdict.weRefused ?? [], verdict.merged).not.toEqual([]);
      return;
    }
    expect(verdict.weRefused).toBeUndefined();
    expect(verdict.ours).toBe(verdict.theirs);
  });
});
