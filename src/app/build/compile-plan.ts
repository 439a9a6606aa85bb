import { join } from 'node:path';
import type { CheckDefinition, Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';
import type { CompiledModules } from './compiled-state.ts';
import { artifactStamp, sourceFingerprint } from './source-fingerprint.ts';

/** A compile that has to be done before the module's container starts. */
export interface CompileRun {
  readonly module: Module;
  readonly compile: CheckDefinition;
  /** Of the sources that it reads. */
  readonly fingerprint: string;
  /** `not compiled yet`, `its sources changed`, … */
  readonly cause: string;
}

export interface CompilePlanRequest {
  readonly root: string;
  /** Modules whose container is about to start, with everything that they use; any order. */
  readonly modules: readonly Module[];
  /** What came of compiles before. */
  readonly known: CompiledModules;
}

/** What is remembered of a module that was compiled: its sources, and what was made of them. */
export function compiledMark(
  root: string,
  { module, fingerprint }: Pick<CompileRun, 'module' | 'fingerprint'>,
  files: Files,
): string {
  return `${fingerprint} ${artifactStamp(root, module, files)}`;
}

/** The fingerprint of each module's sources; those that it uses count. */
function fingerprints(
  { root, modules }: CompilePlanRequest,
  files: Files,
): ReadonlyMap<Module, string> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const done = new Map<Module, string>();
  const visit = (module: Module): string => {
    const known = done.get(module);
    if (known !== undefined) return known;
    const used = module.uses.map((name) => {
      const other = byName.get(name);
      return other === undefined ? name : visit(other);
    });
    const fingerprint = sourceFingerprint(root, module, used, files);
    done.set(module, fingerprint);
    return fingerprint;
  };
  modules.forEach(visit);
  return done;
}

/** Which modules have to be compiled, those that are used before those that use them. */
export function planCompiles(request: CompilePlanRequest, files: Files): readonly CompileRun[] {
  return [...fingerprints(request, files)].flatMap(([module, fingerprint]) => {
    const compile = module.checks.find(({ kind }) => kind === 'compile');
    if (compile === undefined) return [];
    const cause = causeOf(module, fingerprint, request, files);
    return cause === undefined ? [] : [{ module, compile, fingerprint, cause }];
  });
}

function causeOf(
  module: Module,
  fingerprint: string,
  { root, known }: CompilePlanRequest,
  files: Files,
): string | undefined {
  const before = known.get(module.name);
  if (before === undefined) return 'not compiled yet';
  if (before.sources === undefined) return 'it did not compile the last time';
  if (!module.artifact.every((path) => files.exists(join(root, module.path, path)))) {
    return 'its artifact is gone';
  }
  if (before.sources === compiledMark(root, { module, fingerprint }, files)) return undefined;
  return before.sources.startsWith(`${fingerprint} `)
    ? 'its artifact was made of other sources'
    : 'its sources changed';
}
