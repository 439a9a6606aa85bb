import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { lockfilesOf } from '../model/module.ts';
import type { Module } from '../model/module.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { otherWorktrees } from './worktrees.ts';
import type { DependencyMount } from './module-layer.ts';
import {
  CACHE_PATH,
  NAME_LENGTH,
  type ModuleInstall,
  type ReadInstallsRequest,
} from './module-install.ts';
import { describeInstall } from './dependency-key.ts';

/**
 * The installs of all modules that have one, by module name, with the key of what their lockfiles
 * say now.
 */
export function readInstalls(
  request: ReadInstallsRequest,
): Result<ReadonlyMap<string, ModuleInstall>, Failure> {
  const { files, root, references, person } = request;
  const installs = new Map<string, ModuleInstall>();
  let others: readonly string[] | undefined;
  const worktrees = (): readonly string[] => (others ??= otherWorktrees(root, files));
  for (const module of request.modules) {
    if (module.install === undefined) continue;
    const contents = new Map<string, string>();
    for (const name of lockfilesOf(module)) {
      const bytes = files.readBytes(join(root, name));
      if (!bytes.ok) return fail(bytes.failure);
      // Some lockfiles are binary (bun.lockb): each byte stands for itself.
      contents.set(name, Buffer.from(bytes.value ?? []).toString('latin1'));
    }
    const image = references.get(module.image) ?? module.image;
    installs.set(
      module.name,
      describeInstall(module, module.install, contents, { image, ...person }, request, worktrees),
    );
  }
  return ok(installs);
}

/** A module and every one whose code it imports, over any number of steps. */
function withUsed(module: Module, byName: ReadonlyMap<string, Module>): readonly Module[] {
  const found = new Set<Module>();
  const visit = (one: Module): void => {
    if (found.has(one)) return;
    found.add(one);
    for (const name of one.uses) {
      const used = byName.get(name);
      if (used !== undefined) visit(used);
    }
  };
  visit(module);
  return [...found];
}

/**
 * What each module's container mounts, by module name: its own dependencies, those of the modules
 * that it uses (their code is imported where it lies, and looks for its packages there), and the
 * caches.
 */
export function dependencyMounts(
  modules: readonly Module[],
  installs: ReadonlyMap<string, ModuleInstall>,
  volume: string,
): ReadonlyMap<string, readonly DependencyMount[]> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const caches = { volume, target: CACHE_PATH };
  return new Map(
    modules.map((module) => {
      const all = withUsed(module, byName).flatMap(({ name }): readonly DependencyMount[] => {
        const install = installs.get(name);
        return install === undefined ? [] : [...install.mounts, ...install.caches];
      });
      // An absolute target can come from several modules: the module's own is first and wins.
      const byTarget = new Map(all.toReversed().map((mount) => [mount.target, mount]));
      return [module.name, [...byTarget.values()].reverse().concat(caches)];
    }),
  );
}

/**
 * Keys of what each module's container sees of dependencies in the project itself, by module name:
 * no mount of it tells when they become others.
 */
export function installedKeys(
  modules: readonly Module[],
  installs: ReadonlyMap<string, ModuleInstall>,
): ReadonlyMap<string, string> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  return new Map(
    modules.flatMap((module) => {
      const keys = withUsed(module, byName).flatMap(({ name }) => {
        const install = installs.get(name);
        const hasShared =
          install !== undefined && install.shared.length + install.caches.length > 0;
        return hasShared ? [install.key.slice(0, NAME_LENGTH)] : [];
      });
      return keys.length === 0 ? [] : [[module.name, [...new Set(keys)].sort().join(' ')]];
    }),
  );
}
