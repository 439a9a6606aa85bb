import { join } from 'node:path';
import { nodeAt } from '../../compose/tree.ts';
import { SETTINGS_FILE } from '../../definitions/change-setting.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { unwrittenFiles } from '../../generate/unwritten-files.ts';
import { mappingAt } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { loadDefinition, type Definition } from '../project/definition.ts';
import { noteUncommitted } from '../release/workspace.ts';
import { openProject } from '../project/open-project.ts';
import { rememberActivation, rememberSelection } from '../project/selection.ts';
import { unknownService } from '../project/unknown-service.ts';
import { ensureTrusted, wouldAsk } from '../trust/ensure.ts';
import { mountsAround, slowPlaceNews } from './slow-place.ts';
import { leftOutNews } from './baked-notes.ts';
import { composeFileNews, nothingToRun, plainProjectNote, unlockedNews } from './compose-notes.ts';
import { settleKnown, stillHolds } from './known-definition.ts';
import { moduleNews } from './module-notes.ts';
import { ownWords } from './own-words.ts';
import { strayFileNews } from './stray-files.ts';
import type { UpRequest } from './plan-services.ts';
import { settleDependencies } from './settle-dependencies.ts';
import { settleIn } from './settle-in.ts';
import { tellOnce } from './tell-once.ts';
import { ignoredVariables, missingEnvFile, unsetNotes } from './variable-notes.ts';

/** What `dev up` is to make, read and valid, and what of it is asked for. */
export interface ReadDefinition {
  readonly definition: Definition;
  /** With the names alone that there are. */
  readonly request: UpRequest;
}

/** Why nothing is brought up by that name: there is none, or a person has switched it off. */
function unknownName(name: string, { opened, environment }: Definition): Failure {
  const { written, order, profilesOff, switchedOff } = environment;
  const isThere = nodeAt(written.root, ['services', name]) !== undefined;
  if (!isThere || !switchedOff.has(name)) {
    return unknownService(name, [...order, ...profilesOff.keys()]);
  }
  const isModule = opened.project.modules.some((one) => one.name === name);
  return {
    reason: 'usage',
    what: `${name} is switched off in ${SETTINGS_FILE}`,
    cure: `dev settings ${isModule ? 'modules' : 'services'}.${name}.run=true`,
  };
}

function unknownNames(request: UpRequest, definition: Definition): readonly Failure[] {
  const known = definition.environment.order;
  const named = [request.recreate, request.resetData].flatMap((selection) =>
    typeof selection === 'string' ? [] : [...selection],
  );
  const unknown = [...request.services, ...named].filter((name) => !known.includes(name));
  return [...new Set(unknown)].map((name) => unknownName(name, definition));
}

/**
 * Nothing of a repository runs before the person agreed to what it reaches of the machine. A dry run
 * only says what would be asked; the session goes on with nothing that was not agreed to.
 */
async function agreeToReach(
  { askedBy, dryRun }: UpRequest,
  definition: Definition,
  world: World,
  report: Report,
): Promise<Result<void, Failure>> {
  if (!dryRun || askedBy === 'session') {
    return ensureTrusted(definition, { mayAsk: askedBy === 'person' }, world);
  }
  const lines = wouldAsk(definition, world);
  if (!lines.ok) return lines;
  for (const text of lines.value.length === 0 ? [] : ['would ask whether it may', ...lines.value]) {
    report({ kind: 'note', level: 'info', text });
  }
  return ok(undefined);
}

/**
 * Makes the settings file of a first start before anything else is read: to the session it would be an
 * edit otherwise. What is wrong with the rest is told by the reading that follows.
 */
export async function makeSettings(
  asked: UpRequest,
  root: string,
  world: World,
  report: Report,
): Promise<void> {
  const has = (name: string): boolean => world.files.exists(join(root, name));
  // A folder with a Compose file alone never gets one.
  if (!has('dev.yaml') || has(SETTINGS_FILE)) return;
  await openProject({ ...asked, write: true }, world, report);
}

/** What was read for the same edit a moment ago; undefined where there is no such thing any more. */
async function knownStill(
  { known, services, dryRun }: UpRequest,
  world: World,
  report: Report,
): Promise<Result<Definition, readonly Failure[]> | undefined> {
  if (known === undefined || !stillHolds(known, services, world)) return undefined;
  const { definition } = known;
  const settled = dryRun ? ok(true) : await settleKnown(definition, world, report);
  if (!settled.ok) return settled;
  return settled.value ? ok(definition) : undefined;
}

async function readAnew(
  asked: UpRequest,
  world: World,
  report: Report,
): Promise<Result<Definition, readonly Failure[]>> {
  const opening = await openProject({ ...asked, write: !asked.dryRun }, world, report);
  if (!opening.ok) return opening;
  const { opened, hierarchy } = opening.value;
  const plain = asked.askedBy === 'person' ? plainProjectNote(opened.project) : undefined;
  if (plain !== undefined) report({ kind: 'note', level: 'info', text: plain });
  return loadDefinition(opened, hierarchy, world);
}

/** Reads all that people wrote, and asks what the person has to agree to. What a person should know of it is said, if it is a person who asks. */
export async function readDefinition(
  asked: UpRequest,
  world: World,
  progress: { readonly report: Report; readonly signal: AbortSignal },
): Promise<Result<ReadDefinition, readonly Failure[]>> {
  const { report } = progress;
  const isPerson = asked.askedBy === 'person';
  let definition =
    (await knownStill(asked, world, report)) ?? (await readAnew(asked, world, report));
  if (!definition.ok) return definition;
  const { opened, hierarchy } = definition.value;
  const agreed = await agreeToReach(asked, definition.value, world, report);
  if (!agreed.ok) return fail([agreed.failure]);
  const nothing = nothingToRun(definition.value);
  if (nothing !== undefined) return fail([nothing]);
  const { order } = definition.value.environment;
  // What an edit has taken out of the definition is nobody's mistake.
  const request = isPerson
    ? asked
    : { ...asked, services: asked.services.filter((name) => order.includes(name)) };
  const unknown = unknownNames(request, definition.value);
  if (unknown.length > 0) return fail(unknown);
  // What is refused leaves nothing behind.
  const settled = asked.dryRun ? ok(undefined) : await settleIn(opened.places, world, progress);
  if (!settled.ok) return fail([settled.failure]);
  if (isPerson && !asked.dryRun) {
    const kept = await settleDependencies(opened, world, report);
    if (!kept.ok) return fail([kept.failure]);
    // Containers share what they install with the editor from now on.
    if (kept.value) definition = loadDefinition(opened, hierarchy, world);
    if (!definition.ok) return definition;
  }
  if (isPerson && opened.baked !== undefined && opened.trial === undefined) {
    await noteUncommitted(opened.project.root, world, report, 'not in these images');
  }
  const making = asked.dryRun ? unwrittenFiles(world.files) : world.files;
  if (isPerson) tellAbout(definition.value, making, report);
  return ok({ definition: definition.value, request });
}

function tellAbout(definition: Definition, files: Files, report: Report): void {
  for (const text of unsetNotes(definition)) report({ kind: 'note', level: 'warning', text });
  const missing = missingEnvFile(definition, files);
  const { root } = definition.opened.project;
  const news = [
    ...composeFileNews(definition),
    ...strayFileNews(definition, files),
    ...unlockedNews(definition),
    ...slowPlaceNews(root, mountsAround(root, files)),
    ...moduleNews(definition, files),
    ...leftOutNews(definition),
    ...ownWords(definition, files),
    ...ignoredVariables(definition),
    ...(missing === undefined ? [] : [missing]),
  ];
  tellOnce(news, definition.opened.places, files, report);
}

/** Remembers what was asked for, so that a session that follows, or the next `dev up`, keeps to it. */
export function rememberAsked(
  { services }: UpRequest,
  { opened, environment }: Definition,
  { files }: Pick<World, 'files'>,
): Result<void, Failure> {
  const { places } = opened;
  const defined = mappingAt(environment.document, 'services');
  const hasProfile = (name: string): boolean => 'profiles' in mappingAt(defined, name);
  const activation = {
    profiles: environment.activeProfiles,
    services: services.filter(hasProfile),
  };
  const activated = rememberActivation(activation, places, files);
  return activated.ok ? rememberSelection(services, places, files) : activated;
}
