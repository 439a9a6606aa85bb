import type { Failure } from '../../events/failure.ts';
import { languageNames, type ImageLineage } from '../../model/image.ts';
import { DEBUGGER_KINDS, DEBUGGERS, type DebuggerKind } from '../../model/debugger.ts';
import type { Module } from '../../model/module.ts';
import { noModule } from '../project/no-module.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { debuggerOf } from './command.ts';

/** A module whose process can be debugged, and how. */
export interface DebugTarget {
  readonly module: Module;
  readonly run: string;
  readonly kind: DebuggerKind;
  /** The port of its own, on this machine and in the container: the same each time. */
  readonly port: number;
}

/** By what it runs, else by the image that its own is made from. */
function kindOf({ run, image }: Module, images: ImageLineage): DebuggerKind | undefined {
  const asked = run === undefined ? undefined : debuggerOf(run);
  if (asked !== undefined) return asked;
  const kinds = languageNames(image, images).flatMap(
    (name) => DEBUGGER_KINDS.find((one) => one === name) ?? [],
  );
  return kinds[0];
}

/** All modules that have a process which a debugger is known for, each with a port of its own. */
export function debugTargets(
  modules: readonly Module[],
  images: ImageLineage,
): readonly DebugTarget[] {
  const taken = new Map<DebuggerKind, number>();
  return modules.flatMap((module) => {
    const kind = kindOf(module, images);
    if (module.run === undefined || kind === undefined) return [];
    const before = taken.get(kind) ?? 0;
    taken.set(kind, before + 1);
    return [{ module, run: module.run, kind, port: DEBUGGERS[kind].port + before }];
  });
}

/** The one that is meant, or why it cannot be debugged. */
export function debugTarget(
  name: string,
  modules: readonly Module[],
  images: ImageLineage,
): Result<DebugTarget, Failure> {
  const targets = debugTargets(modules, images);
  const target = targets.find(({ module }) => module.name === name);
  if (target !== undefined) return ok(target);
  const names = targets.map(({ module }) => module.name);
  const module = modules.find((one) => one.name === name);
  if (module === undefined) {
    const processes = targets.map((one) => one.module);
    return fail(noModule(name, processes, 'Modules with a process'));
  }
  if (module.run === undefined) {
    const cure =
      names.length === 0 ? undefined : `Debug a module that uses it: ${names.join(', ')}`;
    const what = `${name} is a library: it has no process`;
    return fail({ reason: 'usage', what, ...(cure !== undefined && { cure }) });
  }
  return fail({
    reason: 'usage',
    what: `no debugger is known for ${name}`,
    why: `it runs \`${module.run}\` in the image ${module.image}; known are Node, Python, Go and Java`,
    cure: `dev tools --target ${name} has gdb and strace`,
  });
}
