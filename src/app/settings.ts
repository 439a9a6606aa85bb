import { dirname, join } from 'node:path';
import { changeSetting, settingPath, SETTINGS_FILE } from '../definitions/change-setting.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { describedSettings, type DescribedSetting } from '../definitions/described-settings.ts';
import { knownServices, loadSettings, readSettings } from '../definitions/load-settings.ts';
import { settingsData } from '../definitions/settings-model.ts';
import type { Failure } from '../events/failure.ts';
import { unclaimedPlaces } from '../generate/instance-places.ts';
import { personFolder } from '../generate/person-folder.ts';
import { ensurePrivate } from '../generate/private-folder.ts';
import type { PlainMapping } from '../model/plain.ts';
import type { Project } from '../model/project.ts';
import type { Settings } from '../model/settings.ts';
import type { World } from '../ports/world.ts';
import { flattened } from '../util/flattened.ts';
import { omit } from '../util/omit.ts';
import { shellQuoted } from '../util/shell-words.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { locateRoot } from './project/locate.ts';
import { readProject } from './project/read-project.ts';

const LOCK_PATIENCE_MS = 5_000;

/** One change: `modules.api.watch` becomes `false`, both as the person wrote them. */
export interface Assignment {
  readonly key: string;
  readonly value: string;
}

export interface SettingsRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly assignments: readonly Assignment[];
  readonly dryRun: boolean;
}

export interface SettingsOutcome {
  /** Absolute path of the file. */
  readonly file: string;
  /** Every setting in the shape of the file, defaults filled in. */
  readonly settings: PlainMapping;
  /** The same one by one, with what each means and where it comes from. */
  readonly described: readonly DescribedSetting[];
  /** What a person should know: the file was made, an entry means nothing. */
  readonly notes: readonly string[];
}

type SettingsWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock'>;

/**
 * Reads a project's settings, after the changes that are asked for: all of them are written, or none
 * when one is wrong. Comments and everything else in the file stay.
 */
export async function settings(
  request: SettingsRequest,
  world: SettingsWorld,
): Promise<Result<SettingsOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const project = readProject(root.value, world);
  if (!project.ok) return project;
  if (request.assignments.length === 0) return shown(project.value, request, world);
  if (request.dryRun) return changed(project.value, request, world);
  const { settingsLock } = unclaimedPlaces(root.value, world);
  const folders = [personFolder(world.host), dirname(settingsLock)];
  const made = ensurePrivate(folders, world.files, world.host.uid);
  if (!made.ok) return fail([made.failure]);
  // Two changes at once: the second one has to see the first.
  const lock = await world.locks.acquire(settingsLock, 'dev settings', {
    patienceMs: LOCK_PATIENCE_MS,
  });
  if (!lock.ok) return fail([lock.failure]);
  try {
    return changed(project.value, request, world);
  } finally {
    await lock.value.release();
  }
}

function shown(
  project: Project,
  { dryRun }: SettingsRequest,
  world: SettingsWorld,
): Result<SettingsOutcome, readonly Failure[]> {
  const write = !dryRun && project.definedBy === 'dev.yaml';
  const loaded = loadSettings(project, { ...world, write });
  if (!loaded.ok) return loaded;
  const file = join(project.root, SETTINGS_FILE);
  const text = world.files.confined(project.root).read(file);
  if (!text.ok) return fail([text.failure]);
  return ok({
    file,
    settings: settingsData(loaded.value.settings, project),
    described: describedSettings(loaded.value.settings, text.value ?? '', project, world.host),
    notes: loaded.value.notes,
  });
}

function changed(
  project: Project,
  { assignments, dryRun }: SettingsRequest,
  world: SettingsWorld,
): Result<SettingsOutcome, readonly Failure[]> {
  const before = loadSettings(project, { ...world, write: !dryRun });
  if (!before.ok) return before;
  const file = join(project.root, SETTINGS_FILE);
  const current = world.files.read(file);
  if (!current.ok) return fail([current.failure]);
  const whole = wholeThings(assignments, project, world.files);
  if (whole.length > 0) return fail(whole);
  let text = current.value ?? '';
  for (const { key, value } of assignments) {
    const next = changeSetting(text, key, value);
    if (!next.ok) return next;
    text = next.value;
  }
  const read = readSettings(text, project, world);
  // The places are those of a text that was never written: only the rest helps.
  if (!read.ok) return fail(read.failure.map((failure) => omit(failure, 'at')));
  const meaningless = [
    ...unknownNames(assignments, project, read.value.settings),
    ...unknownServices(assignments, project, world.files),
  ];
  if (meaningless.length > 0) return fail(meaningless);
  if (!dryRun && text !== current.value) {
    const written = world.files.confined(project.root).writeAtomic(file, text);
    if (!written.ok) return fail([written.failure]);
  }
  return ok({
    file,
    settings: settingsData(read.value.settings, project),
    described: describedSettings(read.value.settings, text, project, world.host),
    notes: [...before.value.notes, ...read.value.notes],
  });
}

/** What is set is a key of a module or a service, never all of it: `services.db=off` means `run`. */
function wholeThings(
  assignments: readonly Assignment[],
  project: Project,
  files: World['files'],
): readonly Failure[] {
  const modules = project.modules.map(({ name }) => `modules.${name}`);
  const services = (knownServices(project, files) ?? []).map((name) => `services.${name}`);
  const whole = new Set([...modules, ...services]);
  return assignments.flatMap(({ key }): readonly Failure[] => {
    if (!whole.has(key)) return [];
    const cure = `Set one of the keys in it: dev settings ${shellQuoted(`${key}.run=false`)}`;
    return [{ reason: 'usage', what: `"${key}" is a group`, cure }];
  });
}

/** In the file such a name may be left over from what the team removed; here it is a mistake. */
function unknownNames(
  assignments: readonly Assignment[],
  project: Project,
  { modules }: Settings,
): readonly Failure[] {
  return assignments.flatMap(({ key }) => {
    const [group, name = ''] = settingPath(key);
    if (group !== 'modules' || modules.has(name)) return [];
    const known = project.modules.map((module) => module.name);
    const cure = didYouMean(name, known, 'Modules are');
    return [{ reason: 'usage', what: `there is no module "${name}"`, cure }];
  });
}

/** The same of services; none where a Compose file cannot be read, so that nobody knows. */
function unknownServices(
  assignments: readonly Assignment[],
  project: Project,
  files: World['files'],
): readonly Failure[] {
  const known = knownServices(project, files);
  if (known === undefined) return [];
  return assignments.flatMap(({ key }) => {
    const [group, name = ''] = settingPath(key);
    if (group !== 'services' || name === '' || known.includes(name)) return [];
    const cure = didYouMean(name, known, 'Services are');
    return [{ reason: 'usage', what: `there is no service "${name}"`, cure }];
  });
}

/** The settings at and below a key, by their paths; a failure when there is no such key. */
export function settingsUnder(
  settings: PlainMapping,
  key: string,
): Result<ReadonlyMap<string, unknown>, Failure> {
  const flat = flattened(settings);
  const found = [...flat].filter(([path]) => path === key || path.startsWith(`${key}.`));
  if (found.length > 0) return ok(new Map(found));
  return fail({
    reason: 'usage',
    what: `there is no setting "${key}"`,
    cure: didYouMean(key, flat.keys(), 'There are'),
  });
}
