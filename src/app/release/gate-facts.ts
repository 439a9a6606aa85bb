import { join, posix } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { reportsOf, type DuplicatesGate, type ModuleGates } from '../../model/gates.ts';
import { APP_DIRECTORY, type Module } from '../../model/module.ts';
import type { ChangedLines } from '../../release/gates/changed-lines.ts';
import { findDuplicates, type Duplicates } from '../../release/gates/duplicates.ts';
import type { GateFacts } from '../../release/gates/judge.ts';
import { reportKey } from '../../release/keys.ts';
import { candidateOf } from '../../release/candidates.ts';
import { filesBelow } from '../../release/sources.ts';
import { ok, type Result } from '../../util/result.ts';
import { blobText } from './blob-text.ts';
import { failedBefore } from './flaky.ts';
import { changedSince } from './gate-base.ts';
import { lintProblems } from './lint-problems.ts';
import { moduleImages } from './module-images.ts';
import { exportFolder, type PipelineRun } from './run.ts';
import { shippedPackages } from './shipped-packages.ts';

type Known<T> = Promise<Result<T, Failure>>;

async function readReports(
  run: PipelineRun,
  module: Module,
  gates: ModuleGates,
): Known<ReadonlyMap<string, string>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const checkKey = run.keys.get(module.name)?.checks.get('test') ?? '';
  const reports = new Map<string, string>();
  for (const path of reportsOf(gates)) {
    const found = stored.value.get(reportKey(checkKey, path));
    if (found === undefined) continue;
    const text = await blobText(run, found.blob);
    if (!text.ok) return text;
    if (text.value !== undefined) reports.set(path, text.value);
  }
  return ok(reports);
}

async function imageBytes(run: PipelineRun, module: Module): Known<number | undefined> {
  const reference = moduleImages(run).get(module.name);
  if (reference === undefined) return ok(undefined);
  const images = await (await run.world.engine()).images({});
  if (!images.ok) return images;
  const names = [reference, candidateOf(reference)];
  return ok(images.value.find(({ tags }) => tags.some((tag) => names.includes(tag)))?.sizeBytes);
}

async function changedIn(run: PipelineRun, { path }: Module): Known<ChangedLines | undefined> {
  if (run.base === undefined) return ok(undefined);
  const all = await changedSince(run.base, run, run.world);
  if (!all.ok || path === '.') return all;
  const below = `${path}/`;
  return ok(
    new Map(
      [...all.value].flatMap(([file, lines]) =>
        file.startsWith(below) ? [[file.slice(below.length), lines] as const] : [],
      ),
    ),
  );
}

/** What stands twice in a module, as the commit has it. */
async function duplicatesIn(
  run: PipelineRun,
  module: Module,
  gate: DuplicatesGate,
): Known<Duplicates> {
  const folder = exportFolder(run);
  const files = run.world.files.confined(folder);
  const texts = new Map<string, string>();
  for (const { path, mode } of filesBelow(module.path, run.sources)) {
    if (!mode.startsWith('100')) continue;
    const text = files.read(join(folder, path));
    if (!text.ok) return text;
    if (text.value !== undefined) texts.set(posix.relative(module.path, path), text.value);
  }
  return ok(await findDuplicates(texts, gate));
}

/** What the lint says now, and what it said before. */
async function problemsIn(run: PipelineRun, module: Module): Known<GateFacts['problems']> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const found = stored.value.get(run.keys.get(module.name)?.checks.get('lint') ?? '');
  // The gate waits for it.
  if (found === undefined) throw new Error(`the lint of ${module.name} is not kept`);
  const log = await blobText(run, found.blob);
  if (!log.ok) return log;
  const before = run.lintsBefore?.get(module.name);
  return ok({
    now: lintProblems({ module, log: log.value ?? '', folder: exportFolder(run) }, run.world),
    before: before === undefined ? [] : lintProblems(before, run.world),
  });
}

/** Everything that the gates of a module are judged by. */
export async function gateFacts(
  run: PipelineRun,
  module: Module,
  gates: ModuleGates,
): Known<GateFacts> {
  const reports = await readReports(run, module, gates);
  if (!reports.ok) return reports;
  const changed = await changedIn(run, module);
  if (!changed.ok) return changed;
  const bytes = await imageBytes(run, module);
  if (!bytes.ok) return bytes;
  const { licences, vulnerabilities, duplicates, tests } = gates;
  const asksPackages = licences !== undefined || vulnerabilities !== undefined;
  const asked = { licences: licences !== undefined };
  const packages = asksPackages ? await shippedPackages(run, module, asked) : ok(undefined);
  if (!packages.ok) return packages;
  const repeated =
    duplicates === undefined ? ok(undefined) : await duplicatesIn(run, module, duplicates);
  if (!repeated.ok) return repeated;
  const problems =
    gates.problems === undefined ? ok({ now: [], before: [] }) : await problemsIn(run, module);
  if (!problems.ok) return problems;
  const flaky = tests === undefined ? ok([]) : await failedBefore(run, module);
  if (!flaky.ok) return flaky;
  return ok({
    reports: reports.value,
    folder: posix.join(APP_DIRECTORY, module.path),
    changed: changed.value,
    imageBytes: bytes.value,
    flaky: flaky.value,
    problems: problems.value,
    duplicates: repeated.value,
    packages: packages.value,
    database: run.databases.get(vulnerabilities?.database ?? ''),
  });
}
