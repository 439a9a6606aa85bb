import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { CheckDefinition, Module } from '../../model/module.ts';
import type { CheckLogs } from '../../ports/check-logs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../../ports/compose-cli.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { compileOne } from './compile-one.ts';
import { parseCompiled, writeCompiled } from './compiled-state.ts';
import { artifactStamp, sourceFingerprint } from './source-fingerprint.ts';
import { readState } from '../../generate/state-file.ts';

export interface CompileRequest {
  readonly root: string;
  readonly target: ComposeTarget;
  /** Modules whose container is about to start, with everything that they use; any order. */
  readonly modules: readonly Module[];
  /** Where what came of it is kept, so that nothing is compiled twice. */
  readonly stateFile: string;
  readonly parallel: number;
}

interface Dependencies {
  readonly compose: ComposeCli;
  readonly files: Files;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Loads with its first use: most often nothing has to be compiled. */
  readonly logs: () => Promise<CheckLogs>;
}

interface Compilable {
  readonly module: Module;
  readonly compile: CheckDefinition | undefined;
  readonly fingerprint: string;
}

/** Modules with those that they use before them, each with the fingerprint of its sources. */
function inOrder(request: CompileRequest, files: Files): readonly Compilable[] {
  const byName = new Map(request.modules.map((module) => [module.name, module]));
  const done = new Map<string, Compilable>();
  const visit = (module: Module): void => {
    if (done.has(module.name)) return;
    for (const name of module.uses) {
      const used = byName.get(name);
      if (used !== undefined) visit(used);
    }
    const used = module.uses.map((name) => done.get(name)?.fingerprint ?? name);
    done.set(module.name, {
      module,
      compile: module.checks.find(({ kind }) => kind === 'compile'),
      fingerprint: sourceFingerprint(request.root, module, used, files),
    });
  };
  request.modules.forEach(visit);
  return [...done.values()];
}

/** What is remembered of a module that was compiled. */
function markOf({ module, fingerprint }: Compilable, root: string, files: Files): string {
  return `${fingerprint} ${artifactStamp(root, module, files)}`;
}

function hasArtifact(root: string, module: Module, files: Files): boolean {
  return module.artifact.every((path) => files.exists(join(root, module.path, path)));
}

/**
 * Compiles modules before their containers start, those that are used first; a module whose sources
 * have not changed since its artifact was made is left alone.
 */
export async function compileModules(
  request: CompileRequest,
  deps: Dependencies,
): Promise<Result<void, readonly Failure[]>> {
  const { files } = deps;
  const known = readState(request.stateFile, parseCompiled, deps);
  if (!known.ok) return fail([known.failure]);
  const compiled = new Map(known.value ?? []);
  const limit = pLimit(Math.max(1, request.parallel));
  const failures: Failure[] = [];
  const finished = new Map<string, Promise<boolean>>();

  const exists = (path: string): boolean => files.exists(join(request.root, path));
  /** Whether the module is compiled by now. */
  async function bring(entry: Compilable): Promise<boolean> {
    const { module, compile } = entry;
    if (compile === undefined) return true;
    const logs = await deps.logs();
    const done = await compileOne(
      { module, compile, target: request.target },
      {
        ...deps,
        logs,
        exists,
      },
    );
    if (!done.ok) {
      failures.push(done.failure);
      return false;
    }
    const { result, failure } = done.value;
    compiled.set(
      module.name,
      failure === undefined ? { sources: markOf(entry, request.root, files), result } : { result },
    );
    if (failure !== undefined) failures.push(failure);
    return failure === undefined;
  }

  for (const entry of inOrder(request, files)) {
    const { module } = entry;
    const upToDate =
      compiled.get(module.name)?.sources === markOf(entry, request.root, files) &&
      hasArtifact(request.root, module, files);
    const work = async (): Promise<boolean> => {
      const used = await Promise.all(module.uses.flatMap((name) => finished.get(name) ?? []));
      // What is used and does not compile has told so; this one could only repeat it.
      if (used.includes(false)) return false;
      if (upToDate || deps.signal.aborted) return true;
      return limit(() => bring(entry));
    };
    finished.set(module.name, work());
  }
  await Promise.all(finished.values());
  if (deps.signal.aborted) return fail([{ reason: 'interrupted', what: 'interrupted' }]);
  const written = writeCompiled(request.stateFile, compiled, files);
  if (!written.ok) return fail([written.failure]);
  return failures.length > 0 ? fail(failures) : ok(undefined);
}
