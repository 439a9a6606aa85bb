import { join } from 'node:path';
import pLimit from 'p-limit';
import { NO_SHELL } from '../checks/container-shell.ts';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { CheckDefinition, Module } from '../model/module.ts';
import { isMapping } from '../model/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../ports/compose-cli.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { sourceFingerprint } from './source-fingerprint.ts';
import { readState, writeState } from '../generate/state-file.ts';

export interface CompileRequest {
  readonly root: string;
  readonly target: ComposeTarget;
  /** Modules whose container is about to start, with everything that they use; any order. */
  readonly modules: readonly Module[];
  /** `.dev/state/compiled.json`: module → fingerprint of the sources that its artifact is from. */
  readonly stateFile: string;
  readonly parallel: number;
}

interface Dependencies {
  readonly compose: ComposeCli;
  readonly files: Files;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

interface Compilable {
  readonly module: Module;
  readonly compile: CheckDefinition | undefined;
  readonly fingerprint: string;
}

/** Lines of a failed compile that are worth seeing at once; the rest is one command away. */
const SHOWN_LINES = 20;

function parseCompiled(data: unknown): ReadonlyMap<string, string> | undefined {
  if (!isMapping(data)) return undefined;
  const entries = Object.entries(data).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return new Map(entries);
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

function hasArtifact(root: string, module: Module, files: Files): boolean {
  return module.artifact.every((path) => files.exists(join(root, module.path, path)));
}

async function compileOne(
  { module, compile }: Compilable,
  request: CompileRequest,
  { compose, clock, report, signal }: Dependencies,
): Promise<Failure | undefined> {
  if (compile === undefined) return undefined;
  const step = { id: `compile:${module.name}`, label: `compile ${module.name}` };
  const startedAtMs = clock.now();
  const lines: string[] = [];
  report({ kind: 'step-started', ...step });
  const finished = await compose.run(request.target, module.name, ['sh', '-c', compile.run], {
    signal,
    onLine: (line) => {
      lines.push(line);
      report({ kind: 'step-progress', id: step.id, detail: line.trim() });
    },
  });
  const good = finished.ok && finished.value === 0;
  const durationMs = clock.now() - startedAtMs;
  report({ kind: 'step-finished', ...step, outcome: good ? 'done' : 'failed', durationMs });
  if (!finished.ok) return finished.failure;
  if (good) return undefined;
  // Told by the engine, or by the image's first process.
  if (lines.some((line) => /exec:? "?sh"?.*(?:not found|No such file)/.test(line))) return NO_SHELL;
  return {
    reason: 'check',
    what: `${module.name} does not compile`,
    why: `${compile.run} ended with exit status ${String(finished.value)}`,
    cure: `Mend it; ${module.name} compiles again on every save`,
    detail: lines.slice(-SHOWN_LINES),
  };
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

  for (const entry of inOrder(request, files)) {
    const { module, fingerprint } = entry;
    const upToDate =
      compiled.get(module.name) === fingerprint && hasArtifact(request.root, module, files);
    const work = async (): Promise<boolean> => {
      const used = await Promise.all(module.uses.flatMap((name) => finished.get(name) ?? []));
      // What is used and does not compile has told so; this one could only repeat it.
      if (used.includes(false)) return false;
      if (upToDate || deps.signal.aborted) return true;
      const failure = await limit(() => compileOne(entry, request, deps));
      if (failure === undefined) compiled.set(module.name, fingerprint);
      else failures.push(failure);
      return failure === undefined;
    };
    finished.set(module.name, work());
  }
  await Promise.all(finished.values());
  if (deps.signal.aborted) return fail([{ reason: 'interrupted', what: 'interrupted' }]);
  const written = writeState(request.stateFile, Object.fromEntries(compiled), files);
  if (!written.ok) return fail([written.failure]);
  return failures.length > 0 ? fail(failures) : ok(undefined);
}
