import { foreignContainers } from '../../engine/foreign-containers.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress, Report } from '../../events/progress.ts';
import { releaseInstance } from '../../generate/instance.ts';
import { unwrittenFiles } from '../../generate/unwritten-files.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { finishCutRestore, hasCutRestore } from '../data/cut-restore.ts';
import type { Definition } from '../project/definition.ts';
import { ensureRoutes, expectedAddresses } from '../router/ensure.ts';
import { planAndApply, type UpOutcome } from './carry-out.ts';
import { differences } from './differences.ts';
import { lookEarly, type EarlyLook } from './early-look.ts';
import { refuseEngine } from './engine-place.ts';
import { ensureGenerated } from './generate.ts';
import { imageNews } from './image-notes.ts';
import { laps } from './laps.ts';
import { look, type WorldLook } from './look.ts';
import { engineFacts, observeMore, takenNames, type Observed } from './observe.ts';
import { nothingToReset, settingsSelections, type UpRequest } from './plan-services.ts';
import { certifiedServices, generatedSecrets, prepare, type Prepared } from './prepare.ts';
import { readDefinition, rememberAsked } from './read-definition.ts';
import { buildsAny, freshImages } from './service-images.ts';
import { tellOnce } from './tell-once.ts';
import { unknownToCompose } from './unknown-to-compose.ts';

/**
 * Reads, observes, plans and carries out, once. It fails where no plan was carried out. Where no engine
 * answers, that is foreseen what there is to do, and done what it begins with: the engine and the root
 * image. The rest depends on what the engine has: it is planned again.
 */
export async function bring(
  asked: UpRequest,
  here: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  return bringHere(asked, here, progress, async () => {
    const { signal } = progress;
    const silent = { report: () => undefined, signal };
    const foreseen = await bringHere({ ...asked, dryRun: true }, here, silent);
    if (!foreseen.ok) return foreseen;
    const { bringMachine } = await import('../machine/bring-machine.ts');
    const brought = await bringMachine(foreseen.value.plan, here, { yes: asked.yes, ...progress });
    return brought.ok ? bringHere(asked, here, progress) : brought;
  });
}

async function bringHere(
  asked: UpRequest,
  here: World,
  progress: Progress,
  withoutEngine?: () => ReturnType<typeof bring>,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const readAtMs = here.clock.now();
  const lap = laps(here.clock, progress);
  const early = lookEarly(asked, here, (instance) => look(instance, asked, here));
  const read = await readDefinition(asked, here, progress);
  lap('read', 'read and merge the definition');
  if (!read.ok) return read;
  const { definition, request } = read.value;
  // What would be refused is, and what would be made counts; of a dry run nothing is written.
  const files = request.dryRun ? unwrittenFiles(here.files) : here.files;
  const found = await lookAround(definition, request, early, { ...here, files }, progress);
  lap('observe', 'make what is missing, and look at what the engine has');
  if (!found.ok) {
    const isSilent = found.failure.every(({ reason }) => reason === 'no-engine');
    return isSilent && !asked.dryRun && withoutEngine !== undefined ? withoutEngine() : found;
  }
  const { world, observed } = found.value;
  if (!request.dryRun && hasCutRestore(definition.opened.places, world)) {
    const { project, instance, places, context } = definition.opened;
    const located = { root: project.root, instance, places, context };
    const finished = await finishCutRestore({ located, yes: request.yes }, world, progress);
    // What runs may be another by now.
    return finished.ok ? bring(asked, here, progress) : fail([finished.failure]);
  }
  const prepared = await prepareFor(definition, request, found.value, progress);
  lap('prepare', 'choose ports, label and write the document');
  if (!prepared.ok) return prepared;
  for (const text of nothingToReset(request, prepared.value.desired)) {
    progress.report({ kind: 'note', level: 'info', text });
  }
  const chosen = { ...request, ...settingsSelections(request, prepared.value) };
  const complete = await observeMore(observed, prepared.value.desired, world);
  if (!complete.ok) return fail([complete.failure]);
  const images = await freshImages(chosen, prepared.value, complete.value, world, progress);
  if (!images.ok) return images;
  lap('plan', 'compare images, and what runs');
  const situation = { request: chosen, readAtMs, ...images.value };
  const outcome = await planAndApply(situation, prepared.value, world, progress);
  if (request.dryRun) {
    if (!outcome.ok) return outcome;
    const addresses = await expectedAddresses(prepared.value, world);
    return ok({ ...outcome.value, observed: complete.value, addresses });
  }
  if (outcome.ok) await route(prepared.value, request.yes, world, progress);
  // Also of what did not get well: a session that follows must not bring up all the rest.
  const remembered = rememberAsked(request, definition, world);
  return remembered.ok ? outcome : fail([remembered.failure]);
}

/** Makes what is missing, and looks at what the engine has, at the same time. */
async function lookAround(
  definition: Definition,
  request: UpRequest,
  early: EarlyLook,
  world: World,
  progress: Progress,
): Promise<Result<WorldLook, readonly Failure[]>> {
  const { opened } = definition;
  const refused = refuseEngine(opened.context, world);
  if (refused !== undefined) return fail([refused]);
  const seen = request.known?.definition === definition ? request.known.observed : undefined;
  const looking =
    // What was foreseen of an engine that did not answer is no more than that.
    seen === undefined || seen.missingEngine !== undefined
      ? (early.of(opened.instance) ?? look(opened.instance, request, world))
      : ok({ observed: seen, world });
  // It is no news before it is made.
  const report = request.dryRun ? () => undefined : progress.report;
  const generated = await generateFor(definition, world, report);
  const found = await looking;
  if (!generated.ok) return generated;
  if (!found.ok) return fail([found.failure]);
  const foreign = await refuseForeign(opened, found.value.observed, world, progress.report);
  return foreign === undefined ? found : fail([foreign]);
}

/** The environment as it is to be, given what is there. */
async function prepareFor(
  definition: Definition,
  request: UpRequest,
  { observed, world }: WorldLook,
  { report }: Progress,
): Promise<Result<Prepared, readonly Failure[]>> {
  const { dryRun } = request;
  const engine = await world.engine();
  const names = await takenNames(definition, observed, engine);
  const held = engineFacts(observed, definition, request, { ...world, engine });
  const facts = { ...held, takenNames: names, write: !dryRun };
  const prepared = await prepare(definition, facts, world, report);
  if (!prepared.ok || request.askedBy !== 'person') return prepared;
  const { images } = observed;
  const lost = await imageNews(definition, { engine, files: world.files, images });
  if (!lost.ok) return fail([lost.failure]);
  const unknown = await unknownToCompose(definition, world);
  const news = [...differences(prepared.value), ...lost.value, ...unknown];
  tellOnce(news, definition.opened.places, world.files, report);
  return prepared;
}

/** What runs can be reached by its ports, whatever became of its addresses by name. */
async function route(
  prepared: Prepared,
  yes: boolean,
  world: World,
  progress: Progress,
): Promise<void> {
  const routed = await ensureRoutes(prepared, yes, world, progress);
  if (routed.ok || routed.failure.reason === 'interrupted') return;
  const { what, why, cure } = routed.failure;
  const text = [`no addresses by name: ${what}`, why, cure].filter(Boolean).join('; ');
  progress.report({ kind: 'note', level: 'warning', text });
}

function generateFor(
  definition: Definition,
  world: World,
  report: Report,
): Promise<Result<unknown, readonly Failure[]>> {
  const { opened, hierarchy } = definition;
  const wanted = {
    services: certifiedServices(definition),
    secrets: generatedSecrets(definition),
    builds: buildsAny(definition),
  };
  return ensureGenerated({ opened, hierarchy, ...wanted }, world, report);
}

/** The name is somebody else's: it is given back, so that another `name:` in dev.yaml can help. */
async function refuseForeign(
  { project, instance, context }: OpenProject,
  { tasks }: Observed,
  world: World,
  report: Report,
): Promise<Failure | undefined> {
  const foreign = foreignContainers(instance, project.root, tasks, world.files);
  // In other contexts the name is made of development's, whose data it is called by.
  if (foreign === undefined || !policyOf(context).isMain) return foreign;
  const released = await releaseInstance(project.root, { ...world, report });
  return released.ok ? foreign : released.failure;
}
