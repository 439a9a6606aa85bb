import type { Module } from '../model/module.ts';
import { isCompiledSource } from './layer-scan.ts';

/**
 * Of a module that names no artifact, all its files; of a library without the sources that those who use
 * it have compiled in: a package of a `go.work` is in the program, and no image would be let have it.
 */
export function wholeArtifact(
  { run, carries }: Pick<Module, 'run' | 'carries'>,
  paths: readonly string[],
): readonly string[] {
  if (run !== undefined || carries !== undefined) return paths;
  return paths.filter((path) => !isCompiledSource(path));
}
