import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { readTestCases } from '../../release/gates/test-counts.ts';
import { failedKey, pathIn } from '../../release/keys.ts';
import { ok, type Result } from '../../util/result.ts';
import { blobText } from './blob-text.ts';
import { exportFolder, type PipelineRun } from './run.ts';

/** What is told where no report says which test it was. */
const ALL_OF_IT = 'the test as a whole';

function keyOf(run: PipelineRun, module: Module): string {
  return failedKey(run.keys.get(module.name)?.checks.get('test') ?? '');
}

/** Tests of a module that have failed with just these sources, in whatever run: if they pass, they are flaky. */
export async function failedBefore(
  run: PipelineRun,
  module: Module,
): Promise<Result<readonly string[], Failure>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const found = stored.value.get(keyOf(run, module));
  if (found === undefined) return ok([]);
  const text = await blobText(run, found.blob);
  return text.ok ? ok((text.value ?? '').split('\n').filter((line) => line !== '')) : text;
}

/**
 * Keeps what has failed: should the same sources pass another time, it is known to be flaky.
 * @returns what the report says has failed; nothing where there is none.
 */
export async function keepFailedTests(
  run: PipelineRun,
  module: Module,
): Promise<Result<readonly string[], Failure>> {
  const report = run.gates.get(module.name)?.tests?.report;
  if (report === undefined) return ok([]);
  const before = await failedBefore(run, module);
  if (!before.ok) return before;
  const folder = run.world.files.realPath(exportFolder(run)) ?? exportFolder(run);
  const text = run.world.files.confined(folder).read(join(folder, pathIn(module, report)));
  const cases = text.ok ? (readTestCases(text.value ?? '') ?? []) : [];
  const failed = cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  // One line each, whatever a report calls its tests.
  const names = failed.map((name) => name.replace(/\s+/g, ' ').trim());
  const lines = [...before.value, ...(names.length === 0 ? [ALL_OF_IT] : names)];
  const blob = await run.store.write(`${[...new Set(lines)].sort().join('\n')}\n`);
  if (!blob.ok) return blob;
  const saved = await run.store.save({
    ...{ key: keyOf(run, module), kind: 'check', name: `failed:test:${module.name}` },
    ...{ blob: blob.value, commit: run.sources.commit, tookMs: 0 },
    madeAtMs: run.world.clock.now(),
  });
  return saved.ok ? ok(names) : saved;
}

/** How many failed tests are named where the test itself says nothing. */
const NAMED = 20;

/** A test that failed without a word, as where its reporter writes into a file alone: with what the report says. */
export function namingTests(failure: Failure, failed: readonly string[]): Failure {
  if (failed.length === 0 || (failure.detail ?? []).length > 0) return failure;
  const hidden = failed.length - NAMED;
  return {
    ...failure,
    detail: [
      ...failed.slice(0, NAMED).map((name) => `failed: ${name}`),
      ...(hidden > 0 ? [`and ${String(hidden)} more`] : []),
    ],
  };
}
