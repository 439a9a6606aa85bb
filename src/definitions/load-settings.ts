import { join } from 'node:path';
import { isMap } from 'yaml';
import type { Failure } from '../events/failure.ts';
import type { Project } from '../model/project.ts';
import type { Settings } from '../model/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { SETTINGS_FILE } from './change-setting.ts';
import { composeServiceNames } from './compose-services.ts';
import { didYouMean, nearest } from '../util/did-you-mean.ts';
import { isShownByGit } from './git-ignored.ts';
import { DefinitionProblems } from './problems.ts';
import { readSource } from './read-source.ts';
import { validate } from './schema-issues.ts';
import { settingsOf } from './settings-model.ts';
import { settingsSchema } from './settings-schema.ts';
import type { RawSettings } from './settings-schema.ts';
import { defaultSettingsText, moduleSection, serviceSection } from './settings-text.ts';
import { addEntry, yamlNodeAt } from './yaml-edit.ts';
import { parseYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export interface LoadSettingsDeps {
  readonly files: Files;
  readonly host: Pick<Host, 'home' | 'cores'>;
  readonly clock: Pick<Clock, 'now'>;
  /** False for commands that change nothing: the file is neither made, completed nor moved. */
  readonly write: boolean;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** What the person should be told: a file made, kept aside, an entry that means nothing. */
  readonly notes: readonly string[];
}

/**
 * Reads `dev.settings.yaml`; makes it on the first run, and adds modules and services that are new.
 * A file that is no settings file at all is kept aside and made anew.
 * @returns every problem of a file that has some; the file stays as it is then.
 */
export function loadSettings(
  project: Project,
  given: LoadSettingsDeps,
): Result<LoadedSettings, readonly Failure[]> {
  // Code in containers can put a link there.
  const deps = { ...given, files: given.files.confined(project.root) };
  const path = join(project.root, SETTINGS_FILE);
  const text = readSource(deps.files, path, SETTINGS_FILE);
  if (!text.ok) {
    // What is not UTF-8 is no settings file; anything else is about the disk.
    return text.failure.reason === 'definition'
      ? keptAside(path, project, deps)
      : fail([text.failure]);
  }
  if (text.value === undefined || text.value.trim() === '') {
    return created(path, project, deps, [`made ${SETTINGS_FILE}: your own choices, with defaults`]);
  }
  if (isBinary(text.value)) return keptAside(path, project, deps);
  const parsed = parseYaml(SETTINGS_FILE, text.value);
  if (!parsed.ok) return parsed;
  const { contents } = parsed.value.document;
  if (contents !== null && !isMap(contents)) return keptAside(path, project, deps);
  const read = settingsFrom(parsed.value, project, deps);
  if (!read.ok) return read;
  const completed = completedText(parsed.value, project);
  if (completed !== undefined && deps.write) {
    const written = deps.files.writeAtomic(path, completed.text);
    if (!written.ok) return fail([written.failure]);
    const note = `added ${completed.names.join(', ')} to ${SETTINGS_FILE}`;
    return ok({ settings: read.value.settings, notes: [...read.value.notes, note] });
  }
  return ok({ settings: read.value.settings, notes: read.value.notes });
}

/** Validates a settings text: the settings and what to say of it, or every problem. */
export function readSettings(
  text: string,
  project: Project,
  deps: Pick<LoadSettingsDeps, 'files' | 'host'>,
): Result<LoadedSettings, readonly Failure[]> {
  const parsed = parseYaml(SETTINGS_FILE, text);
  return parsed.ok ? settingsFrom(parsed.value, project, deps) : parsed;
}

function settingsFrom(
  source: YamlSource,
  project: Project,
  deps: Pick<LoadSettingsDeps, 'files' | 'host'>,
): Result<LoadedSettings, readonly Failure[]> {
  const raw = validate(settingsSchema, source, withoutNothing(source.value) ?? {});
  if (!raw.ok) return raw;
  const problems = new DefinitionProblems(source);
  const notes = reportUnknown(raw.value, project, deps.files, problems);
  if (problems.failures.length > 0) return fail(problems.failures);
  return ok({ settings: settingsOf(raw.value, project, deps.host), notes });
}

/** A key whose lines were all removed (`watch:`) is as good as none. */
function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(entries.map(([key, one]) => [key, withoutNothing(one)]));
}

/** Control characters that no person types. */
function isBinary(text: string): boolean {
  return /[\u0000-\u0008\u000e-\u001f]/.test(text);
}

function keptAside(
  path: string,
  project: Project,
  deps: LoadSettingsDeps,
): Result<LoadedSettings, readonly Failure[]> {
  if (!deps.write) {
    return fail([
      {
        reason: 'definition',
        what: `${SETTINGS_FILE} is no settings file`,
        cure: 'The next dev up keeps it aside and makes a new one; or mend it',
        at: { file: SETTINGS_FILE, line: 1, column: 1 },
      },
    ]);
  }
  const stamp = new Date(deps.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
  const broken = `${SETTINGS_FILE}.broken-${stamp}`;
  const moved = deps.files.rename(path, join(project.root, broken));
  if (!moved.ok) return fail([moved.failure]);
  return created(path, project, deps, [
    `${SETTINGS_FILE} is no settings file and is kept as ${broken}: the defaults are used`,
  ]);
}

function created(
  path: string,
  project: Project,
  deps: LoadSettingsDeps,
  notes: readonly string[],
): Result<LoadedSettings, readonly Failure[]> {
  const settings = settingsOf({}, project, deps.host);
  if (!deps.write) return ok({ settings, notes: [] });
  const written = deps.files.writeAtomic(path, defaultSettingsText(project));
  if (!written.ok) return fail([written.failure]);
  const shown = isShownByGit(project.root, SETTINGS_FILE, deps.files);
  const advice = `git would commit ${SETTINGS_FILE}, which is yours alone: add it to .gitignore`;
  return ok({ settings, notes: shown ? [...notes, advice] : notes });
}

/**
 * Tells entries for modules and services that are not there. One that chooses something and is near
 * to a name without an entry is a spelling mistake; any other is left over from what the team has
 * removed or renamed, or from another branch: a note.
 */
function reportUnknown(
  raw: RawSettings,
  project: Project,
  files: Files,
  problems: DefinitionProblems,
): readonly string[] {
  const modules = project.modules.map(({ name }) => name);
  const notes: string[] = [];
  const report = (kind: 'modules' | 'services', known: readonly string[]): void => {
    const written = Object.keys(raw[kind] ?? {});
    const free = known.filter((name) => !written.includes(name));
    for (const name of written.filter((one) => !known.includes(one))) {
      const noun = kind.slice(0, -1);
      if (kind === 'services' && modules.includes(name)) {
        problems.atKey([kind, name], {
          what: `"${name}" is a module, not a service`,
          cure: 'Put these lines under modules',
        });
      } else if (nearest(name, free) === undefined || choosesNothing(raw[kind]?.[name])) {
        notes.push(`${SETTINGS_FILE}: ${kind}.${name} means nothing, there is no such ${noun}`);
      } else {
        problems.atKey([kind, name], {
          what: `there is no ${noun} "${name}"`,
          cure: didYouMean(name, free),
        });
      }
    }
  };
  report('modules', modules);
  const inDefinition = [...project.services.keys()];
  const unknown = Object.keys(raw.services ?? {}).some((name) => !inDefinition.includes(name));
  const known = unknown ? knownServices(project, files) : inDefinition;
  if (known !== undefined) report('services', known);
  return notes;
}

/** Services that can be set, modules not among them; undefined where a Compose file cannot be read. */
export function knownServices(project: Project, files: Files): readonly string[] | undefined {
  const modules = project.modules.map(({ name }) => name);
  const inDefinition = [...project.services.keys()];
  const others = composeServiceNames(project.root, files, project.compose);
  if (others === undefined) return undefined;
  return [
    ...inDefinition,
    ...others.filter((name) => !inDefinition.includes(name) && !modules.includes(name)),
  ];
}

/** Whether an entry has the defaults alone, as the file is made with them. */
function choosesNothing(entry: unknown): boolean {
  if (typeof entry === 'object' && entry !== null) {
    return Object.values(entry).every(choosesNothing);
  }
  return entry === true || entry === 'keep' || entry === null || entry === undefined;
}

/** The text with lines for modules and services that it does not name yet; undefined: none. */
function completedText(
  source: YamlSource,
  project: Project,
): { readonly text: string; readonly names: readonly string[] } | undefined {
  const names: string[] = [];
  let current = source;
  const add = (
    kind: 'modules' | 'services',
    name: string,
    lines: (indent: string) => readonly string[],
  ): void => {
    if (yamlNodeAt(current, [kind, name]) !== undefined) return;
    const missing = yamlNodeAt(current, [kind]) === undefined;
    const text = missing
      ? addEntry(current, [], () => ['', `${kind}:`, ...lines('  ')], '')
      : addEntry(current, [kind], lines, `${name}: {}`);
    const parsed = text === undefined ? undefined : parseYaml(SETTINGS_FILE, text);
    if (parsed?.ok !== true) return;
    names.push(`${kind}.${name}`);
    current = parsed.value;
  };
  for (const module of project.modules) {
    add('modules', module.name, (indent) => moduleSection(module, indent));
  }
  for (const [name, from] of project.services) {
    add('services', name, (indent) => serviceSection(name, from, indent));
  }
  return names.length === 0 ? undefined : { text: current.text, names };
}
