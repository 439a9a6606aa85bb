import type { Failure } from '../../events/failure.ts';
import { writeState } from '../../generate/state-file.ts';
import type { Activation } from '../../model/open-project.ts';
import { isMapping } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';
import { readJson } from '../../util/read-json.ts';

/** Where the services are that were brought up by name; none: all of them. */
type Place = Pick<Places, 'selection'>;

/**
 * The services that the running environment is made of, so that an edit of the definition brings no
 * others up. Empty: all.
 */
export function readSelection({ selection }: Place, files: Pick<Files, 'read'>): readonly string[] {
  // A damaged file counts as none: everything belongs to the environment.
  return textsOf(readJson(selection, files));
}

/** After `dev up [SERVICE…]`: what was named comes to what was named before; no name means all. */
export function rememberSelection(
  services: readonly string[],
  places: Place,
  files: Files,
): Result<void, Failure> {
  const path = places.selection;
  const before = readSelection(places, files);
  const isAll = services.length === 0 || (before.length === 0 && files.exists(path));
  const names = isAll ? [] : [...new Set([...before, ...services])].sort();
  return writeState(path, names, files);
}

/** Where is what profiles and names have switched on. */
type ActivationPlace = Pick<Places, 'activation'>;

/** What an earlier `dev up` switched on, so that the next one leaves it running. */
export function readActivation(
  { activation }: ActivationPlace,
  files: Pick<Files, 'read'>,
): Activation {
  // As with the selection: a damaged file counts as none.
  const data = readJson(activation, files);
  const textsAt = (key: string): readonly string[] => textsOf(isMapping(data) ? data[key] : []);
  return { profiles: textsAt('profiles'), services: textsAt('services') };
}

const textsOf = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];

/** After `dev up`: what it switched on comes to what was on before. */
export function rememberActivation(
  { profiles, services }: Activation,
  places: ActivationPlace,
  files: Files,
): Result<void, Failure> {
  const before = readActivation(places, files);
  const now = {
    profiles: [...new Set([...before.profiles, ...profiles])].sort(),
    services: [...new Set([...before.services, ...services])].sort(),
  };
  const isSame = JSON.stringify(now) === JSON.stringify(before);
  return isSame ? ok(undefined) : writeState(places.activation, now, files);
}

/** After `dev down`: nothing runs, so nothing is selected, and nothing switched on. */
export function forgetSelection(
  { selection, activation }: Place & ActivationPlace,
  files: Files,
): Result<void, Failure> {
  const forgotten = files.remove(activation);
  return forgotten.ok ? files.remove(selection) : forgotten;
}
