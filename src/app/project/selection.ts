import type { Failure } from '../../events/failure.ts';
import { writeState } from '../../generate/state-file.ts';
import type { Activation } from '../../model/open-project.ts';
import { isMapping } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';

/** Where the services are that were brought up by name; none: all of them. */
type Place = Pick<Places, 'selection'>;

/**
 * The services that the running environment is made of, so that an edit of the definition brings no
 * others up. Empty: all.
 */
export function readSelection({ selection }: Place, files: Pick<Files, 'read'>): readonly string[] {
  const text = files.read(selection);
  if (!text.ok || text.value === undefined) return [];
  try {
    const names: unknown = JSON.parse(text.value);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    // A damaged file counts as none: everything belongs to the environment.
    return [];
  }
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

const NO_ACTIVATION: Activation = { profiles: [], services: [] };

/** What an earlier `dev up` switched on, so that the next one leaves it running. */
export function readActivation(
  { activation }: ActivationPlace,
  files: Pick<Files, 'read'>,
): Activation {
  const text = files.read(activation);
  if (!text.ok || text.value === undefined) return NO_ACTIVATION;
  try {
    const data: unknown = JSON.parse(text.value);
    return { profiles: textsAt(data, 'profiles'), services: textsAt(data, 'services') };
  } catch {
    // As with the selection: a damaged file counts as none.
    return NO_ACTIVATION;
  }
}

function textsAt(data: unknown, key: string): readonly string[] {
  const list = isMapping(data) ? data[key] : undefined;
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}

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
