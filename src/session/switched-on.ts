import { isDeepStrictEqual } from 'node:util';
import { CHECKS, needsMade } from '../model/checks.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Module } from '../model/module.ts';
import { usedBy } from '../model/uses.ts';
import { affectedModules } from '../watch/affected.ts';
import type { Loaded } from './environment.ts';
import { checkedModules, isWatched } from './session-modules.ts';

/** The checks of each module that are meant, and no others. */
export type ChecksByModule = ReadonlyMap<string, ReadonlySet<CheckKind>>;

/** What an edit of the definition switched on. */
export interface SwitchedOn {
  /** Modules with checks that nobody wanted before: they, their module or watching were off. */
  readonly modules: ReadonlySet<string>;
  /** Modules that were not watched before. */
  readonly watched: ReadonlySet<string>;
}

/** What is wanted now and was not before, of the modules that there were. */
export function switchedOn(before: Loaded, now: Loaded): SwitchedOn {
  const [old, fresh] = [wantedChecks(before), wantedChecks(now)];
  const known = now.project.modules
    .map(({ name }) => name)
    .filter((name) => before.project.modules.some((module) => module.name === name));
  return {
    modules: new Set(
      known.filter((name) =>
        [...(fresh.get(name) ?? [])].some((kind) => !old.get(name)?.has(kind)),
      ),
    ),
    watched: new Set(known.filter((name) => isWatched(now, name) && !isWatched(before, name))),
  };
}

/** Checks of known modules whose command, or what is read of it, is another one: also new ones. */
export function editedChecks(
  before: Loaded,
  now: Loaded,
): readonly { readonly module: string; readonly check: CheckKind }[] {
  return now.project.modules.flatMap(({ name, checks }) => {
    const old = before.project.modules.find((module) => module.name === name);
    if (old === undefined) return [];
    return checks
      .filter((check) => !isDeepStrictEqual(check, checkOf(old, check.kind)))
      .map(({ kind }) => ({ module: name, check: kind }));
  });
}

const checkOf = ({ checks }: Module, kind: CheckKind) => checks.find((one) => one.kind === kind);

/**
 * What is to be run when modules are switched on: what of theirs, and of all that uses them, is out
 * of date, and what a compile among these makes so.
 */
export function dueChecks(
  now: Loaded,
  modules: ReadonlySet<string>,
  isOutdated: (module: string, check: CheckKind) => boolean,
): ChecksByModule {
  const checked = checkedModules(now);
  const wanted = wantedChecks(now);
  const due = new Map<string, ReadonlySet<CheckKind>>();
  const compiles = (name: string): boolean =>
    [...(due.get(name) ?? [])].some((kind) => CHECKS[kind].makes);
  for (const name of affectedModules(checked, modules)) {
    const below = [...usedBy(checked, name)].some(compiles);
    const kinds = new Set<CheckKind>();
    // In this order the compile is decided first.
    for (const kind of wanted.get(name) ?? []) {
      const rebuilt = needsMade(kind) && [...kinds].some((one) => CHECKS[one].makes);
      if (below || rebuilt || isOutdated(name, kind)) kinds.add(kind);
    }
    if (kinds.size > 0) due.set(name, kinds);
  }
  return due;
}

/** What a save runs: of the modules that are watched, the checks that the settings want. */
function wantedChecks(loaded: Loaded): ChecksByModule {
  return new Map(
    checkedModules(loaded)
      .filter(({ name }) => isWatched(loaded, name))
      .map(({ name, checks }) => [name, new Set(checks)]),
  );
}
