import { join } from 'node:path';
import { readAll } from '../../checks/diagnostics/read-output.ts';
import { APP_DIRECTORY, type Module } from '../../model/module.ts';
import type { World } from '../../ports/world.ts';
import type { LintProblem } from '../../release/gates/problems.ts';

/** What a module's lint has printed, and the sources that it was about. */
export interface LintLog {
  readonly module: Module;
  readonly log: string;
  /** Folder with the project's sources, absolute. */
  readonly folder: string;
}

/** Reads what a lint has found, each with the line that it is about. */
export function lintProblems(
  { module, log, folder }: LintLog,
  { files }: Pick<World, 'files'>,
): readonly LintProblem[] {
  const lint = module.checks.find(({ kind }) => kind === 'lint');
  if (lint === undefined) return [];
  const own = files.confined(files.realPath(folder) ?? folder);
  const root = files.realPath(folder) ?? folder;
  const sources = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = sources.get(file);
    if (known !== undefined) return known;
    const text = file.startsWith('/') ? undefined : own.read(join(root, file));
    const lines = text?.ok === true ? (text.value ?? '').split('\n') : [];
    sources.set(file, lines);
    return lines;
  };
  const paths = {
    ...{ modulePath: module.path, mountedAt: APP_DIRECTORY },
    exists: (path: string) => files.exists(join(root, path)),
  };
  return readAll(log, lint, paths).map(({ file, line, code, message }) => ({
    ...{ file, line, message, rule: code ?? message },
    text: linesOf(file)[line - 1] ?? '',
  }));
}
