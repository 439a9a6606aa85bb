import type { Report } from '../../events/progress.ts';
import { writeState } from '../../generate/state-file.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';

/** Something that a person should hear, but not at every `dev up`. */
export interface Told {
  /** What it is about; told again when this is another one. */
  readonly key: string;
  readonly text: string;
}

/** Something that was looked at, and need not be again. */
export type Looked = Pick<Told, 'key'>;

/** Where it is kept what was told. */
type TellPlace = Pick<Places, 'told'>;

/** A damaged file counts as none: things are told twice at worst. */
function toldBefore({ told }: TellPlace, files: Pick<Files, 'read'>): ReadonlySet<string> {
  const text = files.read(told);
  try {
    const keys: unknown = JSON.parse((text.ok && text.value) || '[]');
    return new Set(Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

export function wasTold(key: string, place: TellPlace, files: Pick<Files, 'read'>): boolean {
  return toldBefore(place, files).has(key);
}

/**
 * Says what was not said in this folder before. That it cannot be remembered is no reason to fail:
 * then it is said again.
 * @param files of a dry run: those that write nothing
 */
export function tellOnce(
  news: readonly (Told | Looked)[],
  places: TellPlace,
  files: Files,
  report: Report,
): void {
  const before = toldBefore(places, files);
  const fresh = news.filter(({ key }) => !before.has(key));
  if (fresh.length === 0) return;
  for (const one of fresh) {
    if ('text' in one) report({ kind: 'note', level: 'info', text: one.text });
  }
  writeState(places.told, [...before, ...fresh.map(({ key }) => key)], files);
}
