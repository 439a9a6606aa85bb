import { writeState } from '../../generate/state-file.ts';
import type { Failure } from '../../events/failure.ts';
import { isCheckResult, type CheckResult } from '../../model/check-result.ts';
import { isMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Result } from '../../util/result.ts';

/** What came of compiling a module before its container started. */
export interface Compiled {
  /** Fingerprint of the sources that its artifact is from, and the artifact's stamp; none after a failure. */
  readonly sources?: string;
  readonly result: CheckResult;
}

export type CompiledModules = ReadonlyMap<string, Compiled>;

/** The contents of the file by module; undefined for data of another shape. */
export function parseCompiled(data: unknown): CompiledModules | undefined {
  if (!isMapping(data)) return undefined;
  const modules = new Map<string, Compiled>();
  for (const [name, entry] of Object.entries(data)) {
    // Of another version of the tool: it is compiled again.
    if (!isMapping(entry)) continue;
    const { sources, result } = entry;
    if (!isCheckResult(result)) continue;
    modules.set(name, {
      ...(typeof sources === 'string' && { sources }),
      result,
    });
  }
  return modules;
}

/** What is known of the modules; nothing where the file is missing or cannot be read. */
export function readCompiled(stateFile: string, files: Pick<Files, 'read'>): CompiledModules {
  const text = files.read(stateFile);
  try {
    return parseCompiled(JSON.parse((text.ok ? text.value : undefined) ?? '{}')) ?? new Map();
  } catch {
    return new Map();
  }
}

export function writeCompiled(
  file: string,
  modules: CompiledModules,
  files: Files,
): Result<void, Failure> {
  return writeState(file, Object.fromEntries(modules), files);
}
