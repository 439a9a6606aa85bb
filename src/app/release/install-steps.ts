import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { installFolder, lockfilesOf, type Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import { forProduction, nodeManifests, readsSources } from '../../release/kept-install.ts';
import { productionDirectory } from '../../release/module-image.ts';
import { filesBelow, sharedFiles } from '../../release/sources.ts';
import { workspaceFolders, type Stage } from '../../release/stage.ts';
import { ok, type Result } from '../../util/result.ts';
import { inArchive, keep, packSources } from './keep.ts';
import { baseOf, exportFolder, productionFolder, stageSetting, type PipelineRun } from './run.ts';
import { packagesOf } from './source-packages.ts';
import { runStage } from './stages.ts';

/** An install reaches registries, which may be slow. */
const INSTALL_TIMEOUT_MS = 900_000;

type Done = Promise<Result<void, Failure>>;

/** A command that installs, in a workspace of the run. */
async function runInstall(
  run: PipelineRun,
  module: Module,
  what: { readonly step: string; readonly command: string | undefined; readonly workspace: string },
): Done {
  const { install } = module;
  const stage: Stage = {
    name: `${what.step} ${module.name}`,
    module,
    image: baseOf(run, module),
    run: what.command ?? 'true',
    ...(install?.workspace !== undefined && { workspace: install.workspace }),
    network: true,
    timeoutMs: INSTALL_TIMEOUT_MS,
  };
  const setting = stageSetting(run, module, what.workspace);
  const step = `${what.step}:${module.name}`;
  const ran = await runStage({ stage, setting, step, reason: 'install' }, run);
  return ran.ok ? ok(undefined) : ran;
}

/** Keeps the folders that an install has filled. */
async function keepInstalled(
  run: PipelineRun,
  module: Module,
  what: {
    readonly kind: 'installed' | 'dependencies';
    readonly workspace: string;
    readonly startedMs: number;
  },
): Done {
  const { kind, workspace, startedMs } = what;
  const path = module.install === undefined ? module.path : installFolder(module, module.install);
  const folder = join(workspace, path);
  const paths = (module.install?.directories ?? []).filter(
    (name) => !isAbsolute(name) && run.world.files.exists(join(folder, name)),
  );
  const at = inArchive(productionDirectory({ path }));
  const blob = await packSources(run, [{ folder, paths, at }]);
  const key = run.keys.get(module.name)?.[kind] ?? '';
  return keep(run, { key, kind, name: module.name }, { blob, startedMs });
}

/** Whether the next run may take what this one has installed: it must depend on nothing else than its key says. */
function isKept(run: PipelineRun, module: Module): boolean {
  if (module.install === undefined || run.keys.get(module.name)?.installed === undefined)
    return false;
  const manifests = nodeManifests(module, run.modules).map((path) => {
    const text = run.world.files.read(join(exportFolder(run), path));
    // One that cannot be read is not believed, as one that says nothing.
    return text.ok ? (text.value ?? '') : '';
  });
  return !readsSources(manifests, module.install.run);
}

/** Installs what a module's build and checks need. */
export async function install(run: PipelineRun, module: Module): Done {
  const startedMs = run.world.clock.steady();
  const workspace = exportFolder(run);
  const command = module.install?.run;
  const ran = await runInstall(run, module, { step: 'install', command, workspace });
  if (!ran.ok) return ran;
  // Stages after it mount a workspace's folders, whether anything was put there or not.
  for (const folder of workspaceFolders(module)) {
    const made = run.world.files.makeDirectory(join(workspace, folder));
    if (!made.ok) return made;
  }
  if (!isKept(run, module)) return ok(undefined);
  const kept = await keepInstalled(run, module, { kind: 'installed', workspace, startedMs });
  if (kept.ok) return ok(undefined);
  // It is installed: only the next run has to do it again.
  const { what, why = '' } = kept.failure;
  const text = `what ${module.name} has installed is not kept for the next run: ${what}; ${why}`;
  run.report({ kind: 'note', level: 'info', text });
  return ok(undefined);
}

/** A file that an installation for production reads, as it is to be there. */
function readManifest(
  path: string,
  files: PipelineRun['world']['files'],
): Result<string | Uint8Array | undefined, Failure> {
  if (basename(path) !== 'package.json') return files.readBytes(path);
  const text = files.read(path);
  return text.ok && text.value !== undefined ? ok(forProduction(text.value)) : text;
}

/** Lays out what an installation for production reads, and nothing else: manifests, and code that it makes packages of. */
function layManifests(run: PipelineRun, module: Module): Result<string, Failure> {
  const folder = productionFolder(run, module);
  const { files } = run.world;
  const names = [
    ...sharedFiles(run.sources).map(({ path }) => path),
    ...withUses([module], run.modules).flatMap((one) => lockfilesOf(one)),
    ...packagesOf(module, exportFolder(run), files).flatMap((one) =>
      filesBelow(one.folder, run.sources)
        // Where a link leads nobody packages.
        .filter(({ mode }) => mode.startsWith('100'))
        .map(({ path }) => path),
    ),
  ];
  for (const name of names) {
    const bytes = readManifest(join(exportFolder(run), name), files);
    if (!bytes.ok) return bytes;
    if (bytes.value === undefined) continue;
    const made = files.makeDirectory(dirname(join(folder, name)));
    if (!made.ok) return made;
    const written = files.writeAtomic(join(folder, name), bytes.value, { flush: false });
    if (!written.ok) return written;
  }
  for (const one of withUses([module], run.modules)) {
    const made = files.makeDirectory(join(folder, one.path));
    if (!made.ok) return made;
  }
  return ok(folder);
}

/** Installs what a module needs in production, by its manifests alone, and keeps it. */
export async function dependencies(run: PipelineRun, module: Module): Done {
  const startedMs = run.world.clock.steady();
  const laid = layManifests(run, module);
  if (!laid.ok) return laid;
  const workspace = laid.value;
  const command = module.install?.production;
  const ran = await runInstall(run, module, { step: 'dependencies', command, workspace });
  return ran.ok ? keepInstalled(run, module, { kind: 'dependencies', workspace, startedMs }) : ran;
}
