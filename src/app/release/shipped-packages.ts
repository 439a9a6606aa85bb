import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import { shippedPackage } from '../../release/gates/package-manifest.ts';
import type { ShippedPackage } from '../../release/gates/licences.ts';
import { ok, type Result } from '../../util/result.ts';
import { lockedOf } from './locked-of.ts';
import type { PipelineRun } from './run.ts';

const nameOf = ({ name, version }: Pick<ShippedPackage, 'name' | 'version'>): string =>
  `${name}@${version}`;

/** What the installed packages say of themselves, in the archives of production's dependencies. */
async function installedOf(
  run: PipelineRun,
  modules: readonly Module[],
): Promise<Result<readonly ShippedPackage[], Failure>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const found: ShippedPackage[] = [];
  for (const { name } of modules) {
    const archive = stored.value.get(run.keys.get(name)?.dependencies ?? '');
    if (archive === undefined) continue;
    const looked = await run.store.look(archive.blob, (file) => {
      const said = shippedPackage(file.name, () => file.bytes.toString('utf8'));
      if (said !== undefined) found.push(said);
    });
    if (!looked.ok) return looked;
  }
  return ok(found);
}

/**
 * What production has of a module and of those that it uses: by their lockfiles, and by what was
 * installed, which knows more of licences. Undefined where a module installs something that no
 * lockfile names.
 */
export async function shippedPackages(
  run: PipelineRun,
  module: Module,
): Promise<Result<readonly ShippedPackage[] | undefined, Failure>> {
  const modules = withUses([module], run.modules);
  const locked = modules.map((one) => ({ one, files: lockedOf(run, one) }));
  if (locked.some(({ one, files }) => one.install !== undefined && files.length === 0)) {
    return ok(undefined);
  }
  const installed = await installedOf(run, modules);
  if (!installed.ok) return installed;
  const said = new Map(installed.value.map((one) => [nameOf(one), one]));
  const named = locked
    .flatMap(({ files }) => files.flatMap(({ packages }) => packages))
    .filter(({ development, version }) => !development && version !== '')
    .map(({ name, version, type, licence }): ShippedPackage => {
      return {
        name,
        version,
        type,
        licence: licence ?? said.get(nameOf({ name, version }))?.licence,
      };
    });
  const all = new Map([...said, ...named.map((one) => [nameOf(one), one] as const)]);
  return ok([...all.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}
