import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { readState } from '../../generate/state-file.ts';
import type { CheckResult } from '../../model/check-result.ts';
import type { CheckLogs } from '../../ports/check-logs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../../ports/compose-cli.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { compileOne, type CompileOneParts } from './compile-one.ts';
import { madeBy, type CompileRun } from './compile-plan.ts';
import { copyArtifact } from './copy-artifact.ts';
import { parseCompiled, writeCompiled, type Compiled } from './compiled-state.ts';

export interface CompilerRequest {
  readonly root: string;
  readonly target: ComposeTarget;
  /** Where what came of it is kept, so that nothing is compiled twice. */
  readonly stateFile: string;
}

interface Dependencies {
  readonly compose: Pick<ComposeCli, 'run'>;
  readonly files: Files;
  readonly clock: Clock;
  readonly way: CompileOneParts['way'];
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Loads with its first use: most often nothing has to be compiled. */
  readonly logs: () => Promise<CheckLogs>;
}

/**
 * Compiles a module before its container starts, and remembers what came of it. One that fails fails
 * with `check`, and its results are kept like those of one that does not.
 */
export async function compileModule(
  run: CompileRun,
  { root, target, stateFile }: CompilerRequest,
  deps: Dependencies,
): Promise<Result<void, Failure>> {
  const { files } = deps;
  const { module, twin } = run;
  if (twin !== undefined) {
    const copied = { path: module.path, artifact: twin.missing };
    if (copyArtifact(copied, twin.root, root, files)) {
      return remember(run, twin.result, { root, stateFile }, deps);
    }
  }
  const logs = await deps.logs();
  const exists = (path: string): boolean => files.exists(join(root, path));
  const done = await compileOne({ ...run, target }, { ...deps, logs, exists });
  if (!done.ok) return done;
  const { result, failure } = done.value;
  const written = remember(run, result, { root, stateFile }, deps);
  if (!written.ok) return written;
  return failure === undefined ? ok(undefined) : fail(failure);
}

/** Keeps what came of it; of one that failed nothing but that. */
function remember(
  run: CompileRun,
  result: CheckResult,
  { root, stateFile }: Pick<CompilerRequest, 'root' | 'stateFile'>,
  deps: Pick<Dependencies, 'files' | 'clock' | 'report'>,
): Result<void, Failure> {
  const { files } = deps;
  const isGood = result.outcome === 'passed';
  const entry: Compiled = { result, ...(isGood && { made: madeBy(root, run, files) }) };
  // Read anew: other modules compile at the same time. Nothing comes in between, all is synchronous.
  const known = readState(stateFile, parseCompiled, deps);
  if (!known.ok) return known;
  const all = new Map(known.value ?? []).set(run.module.name, entry);
  return writeCompiled(stateFile, all, files);
}
