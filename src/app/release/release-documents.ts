import type { Failure } from '../../events/failure.ts';
import type { Context } from '../../model/project.ts';
import { withUses } from '../../model/uses.ts';
import { toPlain } from '../../compose/load/merge.ts';
import { runContainer } from '../../ports/docker-command.ts';
import type { World } from '../../ports/world.ts';
import {
  provenanceText,
  sbomText,
  systemPackages,
  type SystemPackage,
} from '../../release/documents.ts';
import type { Release } from '../../release/release.ts';
import { omit } from '../../util/omit.ts';
import { committedPaths } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { loadDefinition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';
import { lockedOf } from './locked-of.ts';
import { moduleImages } from './module-images.ts';
import { exportFolder, moduleNamed, type PipelineRun } from './run.ts';
import { trialName } from './trials.ts';

const QUERY = '${Package}\\t${Version}\\t${Architecture}\\n';

/** What an image's system is made of, asked in a container of it. */
async function systemOf(
  reference: string,
  { processes }: Pick<World, 'processes'>,
): Promise<Result<readonly SystemPackage[], Failure>> {
  const asked = await processes.run(
    runContainer({
      image: reference,
      network: 'none',
      entrypoint: 'dpkg-query',
      command: ['--show', `--showformat=${QUERY}`],
    }),
  );
  if (asked.status === 0) return ok(systemPackages(asked.stdout));
  // An image without a package manager has no packages.
  if (/executable file not found/.test(asked.stderr)) return ok([]);
  const what = `the packages of ${reference} could not be listed`;
  return fail({ reason: 'image', what, why: asked.stderr.trim() });
}

/** The definition of one context as it is merged, without what is this machine's. */
async function definitionText(
  run: PipelineRun,
  context: Context,
  world: World,
): Promise<Result<string, readonly Failure[]>> {
  const { commit } = run.sources;
  const baked = { commit, images: moduleImages(run), committed: committedPaths(run.sources) };
  const trial = { name: trialName(run.id), baked, trustedAs: run.root };
  const request = { project: exportFolder(run), context, write: false, trial };
  const opened = await openProject(request, world, () => undefined);
  if (!opened.ok) return opened;
  // Names of volumes and networks are told as they are written: nothing of this is tried.
  const own = omit(opened.value.opened, 'trial');
  const definition = loadDefinition(own, opened.value.hierarchy, world);
  if (!definition.ok) return definition;
  const text = JSON.stringify(toPlain(definition.value.environment.written), null, 1);
  const { root, state } = own.places;
  // Every run of the commit says the same: who goes on after a kill finds its own version there.
  const places = text.replaceAll(state, '.dev').replaceAll(root, '.');
  return ok(`${places.replaceAll(trial.name, run.project)}\n`);
}

/** Everything that is told of a release beside its images: name → text. */
export async function releaseDocuments(
  release: Omit<Release, 'documents'>,
  run: PipelineRun,
  world: World,
): Promise<Result<ReadonlyMap<string, string>, readonly Failure[]>> {
  const documents = new Map<string, string>();
  const systems = new Map<string, readonly SystemPackage[]>();
  for (const [name, image] of Object.entries(release.images)) {
    const { id, base } = image;
    const system = systems.get(base.id) ?? (await systemOf(base.reference, world));
    if ('ok' in system && !system.ok) return fail([system.failure]);
    const packages = 'ok' in system ? system.value : system;
    systems.set(base.id, packages);
    const named = { name: `${release.project}/${name}`, version: release.version, imageId: id };
    const locked = withUses([moduleNamed(run, name)], run.modules).flatMap((one) =>
      lockedOf(run, one).flatMap(({ packages: all }) => all),
    );
    const sbom = sbomText({ ...named, at: release.committedAt, system: packages, locked });
    documents.set(`sbom-${name}.cdx.json`, sbom);
    documents.set(`provenance-${name}.json`, provenanceText(name, image, release));
  }
  if (run.gateKeys.size > 0) {
    documents.set('gates.json', `${JSON.stringify(run.recorder.allVerdicts, null, 1)}\n`);
  }
  for (const context of ['ci', 'prod'] as const) {
    const text = await definitionText(run, context, world);
    if (!text.ok) return text;
    documents.set(`definition-${context}.json`, text.value);
  }
  return ok(documents);
}
