import { writeState } from '../../generate/state-file.ts';
import type { Failure } from '../../events/failure.ts';
import { isCheckResult, type CheckResult } from '../../model/check-result.ts';
import { isMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Result } from '../../util/result.ts';

/** What an artifact was made of, and how it is known again. */
export interface Made {
  /** Fingerprint of its sources. */
  readonly sources: string;
  /** Reference of the base image that it was compiled in. */
  readonly image: string;
  /** Of the artifact's files, by their times: the same while nobody writes to them. */
  readonly stamp: string;
  /** Digest of the artifact's contents: whoever compiles the same again leaves the same. */
  readonly content: string;
}

/** What came of compiling a module before its container started. */
export interface Compiled {
  /** None after a failure. */
  readonly made?: Made;
  readonly result: CheckResult;
}

export type CompiledModules = ReadonlyMap<string, Compiled>;

function isMade(data: unknown): data is Made {
  if (!isMapping(data)) return false;
  const { sources, image, stamp, content } = data;
  return [sources, image, stamp, content].every((part) => typeof part === 'string');
}

/** The contents of the file by module; undefined for data of another shape. */
export function parseCompiled(data: unknown): CompiledModules | undefined {
  if (!isMapping(data)) return undefined;
  const modules = new Map<string, Compiled>();
  for (const [name, entry] of Object.entries(data)) {
    // Of another version of the tool: it is compiled again.
    if (!isMapping(entry)) continue;
    const { made, result } = entry;
    if (!isCheckResult(result)) continue;
    if (isMade(made)) modules.set(name, { made, result });
    else if (result.outcome !== 'passed') modules.set(name, { result });
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
