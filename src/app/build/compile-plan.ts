import { basename, join } from 'node:path';
import type { CheckDefinition, Module } from '../../model/module.ts';
import type { CheckResult } from '../../model/check-result.ts';
import type { Files } from '../../ports/files.ts';
import type { CompiledModules, Made } from './compiled-state.ts';
import { artifactDigest, artifactStamp, sourceFingerprint } from './source-fingerprint.ts';

/** A compile that has to be done before the module's container starts. */
export interface CompileRun {
  readonly module: Module;
  readonly compile: CheckDefinition;
  /** Of the sources that it reads. */
  readonly fingerprint: string;
  /** Of the base image that it runs in: a compiler of another version makes something else. */
  readonly reference: string;
  /** `not compiled yet`, `its sources changed`, … */
  readonly cause: string;
  /** Another worktree that has done exactly this, and what of the artifact is not here. */
  readonly twin?: {
    readonly root: string;
    readonly result: CheckResult;
    readonly missing: readonly string[];
  };
}

/** Another worktree of the clone. */
export interface Twin {
  /** The project's folder in it, absolute. */
  readonly root: string;
  readonly known: CompiledModules;
}

export interface CompilePlanRequest {
  readonly root: string;
  /** Modules whose container is about to start, with everything that they use; any order. */
  readonly modules: readonly Module[];
  /** What came of compiles before. */
  readonly known: CompiledModules;
  /** Base image name → fingerprinted reference. */
  readonly references: ReadonlyMap<string, string>;
  /** Asked for where something was never compiled here. */
  readonly twins: () => readonly Twin[];
}

/** What is remembered of a module that was just compiled. */
export function madeBy(
  root: string,
  { module, fingerprint, reference }: Omit<CompileRun, 'cause'>,
  files: Files,
): Made {
  return {
    sources: fingerprint,
    image: reference,
    stamp: artifactStamp(root, module, files),
    content: artifactDigest(root, module, files),
  };
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
    const reference = request.references.get(module.image) ?? module.image;
    const run = { module, compile, fingerprint, reference };
    const cause = causeOf(run, request, files);
    if (cause === undefined) return [];
    const twin = cause === NEVER ? twinOf(run, request, files) : undefined;
    if (twin === undefined) return [{ ...run, cause }];
    const copied = `${cause}, copied from the worktree ${basename(twin.root)}`;
    return [{ ...run, cause: copied, twin }];
  });
}

const NEVER = 'not compiled yet';

/**
 * Where its artifact lies, as that very compile left it. What is here already must be the same: a part of
 * an artifact may be written by people (`artifact: [dist, migrations]`).
 */
function twinOf(
  run: Omit<CompileRun, 'cause'>,
  { root, twins }: CompilePlanRequest,
  files: Files,
): CompileRun['twin'] {
  const { artifact, path, name } = run.module;
  const missing = artifact.filter((one) => !files.exists(join(root, path, one)));
  if (missing.length === 0) return undefined;
  const here = { path, artifact: artifact.filter((one) => !missing.includes(one)) };
  const digest = artifactDigest(root, here, files);
  for (const twin of twins()) {
    const { made, result } = twin.known.get(name) ?? {};
    if (made === undefined || result === undefined) continue;
    const isOfThis = made.sources === run.fingerprint && made.image === run.reference;
    if (!isOfThis || !isAsLeft(made, twin.root, run, files)) continue;
    if (artifactDigest(twin.root, here, files) !== digest) continue;
    return { root: twin.root, result, missing };
  }
  return undefined;
}

/** Whether an artifact is what was made then; it may have been made again since, of the same. */
function isAsLeft(
  { stamp, content }: Made,
  root: string,
  { module }: Pick<CompileRun, 'module'>,
  files: Files,
): boolean {
  return (
    stamp === artifactStamp(root, module, files) || content === artifactDigest(root, module, files)
  );
}

function causeOf(
  run: Omit<CompileRun, 'cause'>,
  { root, known }: CompilePlanRequest,
  files: Files,
): string | undefined {
  const { module, fingerprint, reference } = run;
  const before = known.get(module.name);
  if (before === undefined) return NEVER;
  const { made } = before;
  if (made === undefined) return 'it did not compile the last time';
  if (!module.artifact.every((path) => files.exists(join(root, module.path, path)))) {
    return 'its artifact is gone';
  }
  if (made.sources !== fingerprint) return 'its sources changed';
  if (made.image !== reference) return 'its base image changed';
  return isAsLeft(made, root, run, files) ? undefined : 'its artifact was made of other sources';
}
