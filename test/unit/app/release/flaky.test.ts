import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { failedBefore, keepFailedTests, namingTests } from '../../../../src/app/release/flaky.ts';
import type { PipelineRun } from '../../../../src/app/release/run.ts';
import type { ModuleGates } from '../../../../src/model/gates.ts';
import type { Module } from '../../../../src/model/module.ts';
import type { ModuleKeys } from '../../../../src/release/keys.ts';
import type { Sources } from '../../../../src/release/sources.ts';
import { partly } from '../../../support/partly.ts';

const MODULE = partly<Module>({ name: 'api', path: 'api' });
const TESTS = { report: 'out/junit.xml', least: 1, skipped: undefined, flaky: undefined };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ostest-flaky-'));
  mkdirSync(join(folder, 'src/api/out'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function runOf(testKey: string, gates: Partial<ModuleGates> = { tests: TESTS }) {
  const world = createWorld(folder, '0');
  const keys = partly<ModuleKeys>({ checks: new Map([['test', testKey]]) });
  return partly<PipelineRun>({
    ...{ world, folder, store: await world.artifacts(join(folder, 'store')) },
    keys: new Map([['api', keys]]),
    gates: new Map([['api', partly<ModuleGates>(gates)]]),
    sources: partly<Sources>({ commit: '0'.repeat(40) }),
  });
}
function report(...names: readonly string[]): void {
  const cases = names.map((name) => `<testcase classname="c" name="${name}"><failure/></testcase>`);
  const text = `<testsuite><testcase name="good"/>${cases.join('')}</testsuite>`;
  writeFileSync(join(folder, 'src/api/out/junit.xml'), text);
}
async function told(testKey: string): Promise<readonly string[]> {
  const before = await failedBefore(await runOf(testKey), MODULE);
  if (!before.ok) throw new Error(before.failure.what);
  return before.value;
}

describe('a test that failed', () => {
  const failure = { reason: 'check', what: 'test api failed' } as const;

  it('without a word is told with what its report names', () => {
    expect(namingTests({ ...failure, detail: [] }, ['a', 'b']).detail).toEqual([
      ...['failed: a', 'failed: b'],
    ]);
    const many = Array.from({ length: 22 }, (_, index) => String(index));
    expect(namingTests(failure, many).detail?.slice(-2)).toEqual(['failed: 19', 'and 2 more']);
  });

  it('is told by its own words where it has some', () => {
    const said = { ...failure, detail: ['expected 1 to be 2'] };
    expect(namingTests(said, ['a'])).toBe(said);
    expect(namingTests(failure, [])).toBe(failure);
  });
});

describe('tests that failed', () => {
  it('are known by their names to every later run of the same sources, and to no other', async () => {
    report('one');
    expect(await keepFailedTests(await runOf('same'), MODULE)).toEqual({
      ok: true,
      value: ['c › one'],
    });
    report('two', 'line\nbroken');
    await keepFailedTests(await runOf('same'), MODULE);
    expect(await told('same')).toEqual(['c › line broken', 'c › one', 'c › two']);
    expect(await told('other')).toEqual([]);
  });

  it.each([
    ['there is no report', () => rmSync(join(folder, 'src/api/out'), { recursive: true })],
    ['the report names none', () => report()],
    ['it is none', () => writeFileSync(join(folder, 'src/api/out/junit.xml'), 'killed')],
  ])('are all of them where %s', async (_why, prepare) => {
    prepare();
    await keepFailedTests(await runOf('same'), MODULE);
    expect(await told('same')).toEqual(['the test as a whole']);
  });

  it('are nobody’s to know where no gate reads the report', async () => {
    report('one');
    await keepFailedTests(await runOf('same', { tests: undefined }), MODULE);
    expect(await told('same')).toEqual([]);
  });
});
