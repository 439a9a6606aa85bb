import { posix } from 'node:path';
import { NETWORK_VARIABLES } from '../../engine/install-command.ts';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import type { StoredArtifact } from '../../ports/artifact-store.ts';
import { credentialsIn, LayerScan, type LayerProblem } from '../../release/layer-scan.ts';
import { pathIn } from '../../release/keys.ts';
import { productionDirectory } from '../../release/module-image.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { lockedOf } from './locked-of.ts';
import type { PipelineRun } from './run.ts';

/** Of so many files is told what is wrong with them. */
const TOLD = 12;

/** Where an image would have what the module's lockfiles call development's. */
function developmentPaths(run: PipelineRun, module: Module): ReadonlySet<string> {
  const paths = lockedOf(run, module).flatMap(({ lockfile, packages }) => {
    const folder = productionDirectory({ path: posix.dirname(lockfile) }).slice(1);
    return packages.flatMap(({ development, path }) =>
      development && path !== undefined ? [posix.join(folder, path)] : [],
    );
  });
  return new Set(paths);
}

/** Looks into everything that an image will be made of: what must not be there fails the bake. */
export async function scanLayers(
  run: PipelineRun,
  module: Module,
  artifacts: readonly StoredArtifact[],
): Promise<Result<void, Failure>> {
  const { environment } = run.world.host;
  const passed = Object.fromEntries(NETWORK_VARIABLES.map((name) => [name, environment[name]]));
  const secrets = credentialsIn(passed);
  const problems: LayerProblem[] = [];
  for (const { kind, name, blob } of artifacts) {
    if (kind === 'check' || kind === 'stage' || kind === 'installed') continue;
    const owner = run.modules.find((one) => one.name === name) ?? module;
    const development = developmentPaths(run, owner);
    const scan = new LayerScan({ module: owner, kind, secrets, development });
    const looked = await run.store.look(blob, (file) => scan.add(file));
    if (!looked.ok) return looked;
    problems.push(...scan.problems());
  }
  const fragment = run.fragments.get(module.name);
  if (fragment !== undefined) {
    const rules = { module, kind: 'profiles', secrets, development: new Set<string>() } as const;
    const scan = new LayerScan(rules);
    scan.add({ name: pathIn(module, module.dockerfile ?? ''), bytes: Buffer.from(fragment) });
    problems.push(...scan.problems());
  }
  if (problems.length === 0) return ok(undefined);
  const lines = problems.slice(0, TOLD).map(({ path, what }) => `${path}: ${what}`);
  const more = problems.length - lines.length;
  return fail({
    reason: 'image',
    what: `the image of ${module.name} would carry what must not be there`,
    why: lines[0] ?? '',
    cure: `Leave it out of the commit, of the artifact or of production's install; what is meant: modules.${module.name}.carries in dev.yaml`,
    detail: [...lines, ...(more > 0 ? [`and ${String(more)} more`] : [])],
  });
}
