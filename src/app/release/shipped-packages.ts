import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import { shippedPackage } from '../../release/gates/package-manifest.ts';
import type { ShippedPackage } from '../../release/gates/licences.ts';
import { ok, type Result } from '../../util/result.ts';
import { gatherLicences, type GatheredLicences } from './gathered-licences.ts';
import type { LockedPackage } from '../../release/locked-package.ts';
import { lockedOf } from './locked-of.ts';
import type { PipelineRun } from './run.ts';

type Named = Pick<ShippedPackage, 'name' | 'version' | 'type'>;

/** What a package goes by; Python's names are the same in several spellings. */
function nameOf({ name, version, type }: Named): string {
  const plain = type === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
  return `${plain}@${version}`;
}

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

/** What is said of a locked package beside its lockfile. */
function told(
  locked: LockedPackage,
  said: ReadonlyMap<string, ShippedPackage>,
  gathered: GatheredLicences,
): Partial<ShippedPackage> {
  const named = nameOf(locked);
  const { type } = locked;
  if (locked.development) return { onlyLocked: true };
  if (type === 'maven') return { licence: gathered.maven(named) };
  if (type === 'golang' && gathered.go !== undefined) {
    return gathered.go.has(named) ? { licence: gathered.go.get(named) } : { onlyLocked: true };
  }
  // What is for development, or for another system, was not installed.
  const mayLack = type === 'pypi' || locked.optional === true;
  const isInstalled = [...said.values()].some((one) => one.type === type);
  if (mayLack && isInstalled && !said.has(named)) return { onlyLocked: true };
  return { licence: said.get(named)?.licence };
}

/**
 * What production has of a module and of those that it uses, and what is only locked beside it: by their
 * lockfiles, and by what was installed or downloaded, which knows more of it. Undefined where a module installs something
 * that no lockfile names.
 * @param licences whether they are asked for: where files of packages say them, a container reads them.
 */
export async function shippedPackages(
  run: PipelineRun,
  module: Module,
  { licences }: { readonly licences: boolean },
): Promise<Result<readonly ShippedPackage[] | undefined, Failure>> {
  const modules = withUses([module], run.modules);
  const locked = modules.map((one) => ({ one, files: lockedOf(run, one) }));
  if (locked.some(({ one, files }) => one.install !== undefined && files.length === 0)) {
    return ok(undefined);
  }
  const installed = await installedOf(run, modules);
  if (!installed.ok) return installed;
  const said = new Map(installed.value.map((one) => [nameOf(one), one]));
  const all = new Map(said);
  for (const { one, files } of locked) {
    const gathered = await gatherLicences(run, one, { licences });
    if (!gathered.ok) return gathered;
    for (const entry of files.flatMap(({ packages }) => packages)) {
      const { name, version, type, licence } = entry;
      if (version === '') continue;
      const beside = told(entry, said, gathered.value);
      // One that another module does use is used.
      if (beside.onlyLocked === true && all.has(nameOf(entry))) continue;
      all.set(nameOf(entry), {
        ...{ name, version, type, ...beside },
        licence: licence ?? beside.licence,
      });
    }
  }
  return ok([...all.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}
