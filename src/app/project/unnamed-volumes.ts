import type { Failure } from '../../events/failure.ts';
import { writeState } from '../../generate/state-file.ts';
import { isMapping } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { Task } from '../../ports/orchestrator.ts';
import { readJson } from '../../util/read-json.ts';
import { ok, type Result } from '../../util/result.ts';

/**
 * Volumes that the engine made because an image asks for one and nothing is mounted there: name → the
 * service that had it. They bear no mark of any project, and the next container gets another one: once
 * the container is gone, nothing but this memory tells whose they are.
 */
export type UnnamedVolumes = Readonly<Record<string, string>>;

type Place = Pick<Places, 'unnamedVolumes' | 'composeFile'>;

/** A memory: what cannot be read is not known. */
function remembered(
  { unnamedVolumes }: Place,
  files: Pick<Files, 'read'>,
): readonly (readonly [string, string])[] {
  const data = readJson(unnamedVolumes, files);
  return Object.entries(isMapping(data) ? data : {}).flatMap(([name, service]) =>
    typeof service === 'string' ? [[name, service] as const] : [],
  );
}

/** Those of the containers that there are. One that the definition itself names is nobody's alone. */
function present(
  tasks: readonly Pick<Task, 'service' | 'unnamedVolumes'>[],
  { composeFile }: Place,
  files: Pick<Files, 'read'>,
): readonly (readonly [string, string])[] {
  const found = tasks.flatMap(({ service, unnamedVolumes }) =>
    unnamedVolumes.map(({ name }) => [name, service] as const),
  );
  if (found.length === 0) return [];
  const text = files.read(composeFile);
  const definition = (text.ok ? text.value : undefined) ?? '';
  return found.filter(([name]) => !definition.includes(name));
}

/**
 * Those of the project that there are.
 * @param unused names of volumes that no container has, asked for only where it matters.
 */
export async function unnamedVolumes(
  tasks: readonly Task[],
  places: Place,
  files: Pick<Files, 'read'>,
  unused: () => Promise<Result<ReadonlySet<string>, Failure>>,
): Promise<Result<UnnamedVolumes, Failure>> {
  const before = remembered(places, files);
  const now = present(tasks, places, files);
  const free = before.length === 0 ? ok(new Set<string>()) : await unused();
  if (!free.ok) return free;
  return ok(Object.fromEntries([...before.filter(([name]) => free.value.has(name)), ...now]));
}

/**
 * Notes them, beside those that were noted. To be called before a container is taken away.
 * @param existing names of all volumes: what is gone is forgotten.
 */
export function rememberUnnamed(
  tasks: readonly Task[],
  existing: { has(name: string): boolean },
  places: Place,
  files: Files,
): Result<void, Failure> {
  const before = remembered(places, files).filter(([name]) => existing.has(name));
  const all = Object.fromEntries([...before, ...present(tasks, places, files)]);
  return writeUnnamed(all, places, files);
}

/** None are no file. */
export function writeUnnamed(
  all: UnnamedVolumes,
  place: Place,
  files: Files,
): Result<void, Failure> {
  return Object.keys(all).length > 0
    ? writeState(place.unnamedVolumes, all, files)
    : files.remove(place.unnamedVolumes);
}
