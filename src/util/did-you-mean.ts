import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that was probably meant, or undefined when none is near: at most two or three letters
 * off, and at most half of the name, or the same letters in another order.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  if (names.length === 0) return undefined;
  const letters = sorted(name);
  const swapped = names.find((known) => sorted(known) === letters);
  if (swapped !== undefined) return swapped;
  const best = closest(name, names);
  const off = distance(name.toLowerCase(), best.toLowerCase());
  const allowed = Math.min(Math.max(name.length, best.length) > 6 ? 3 : 2, name.length / 2);
  return off <= allowed ? best : undefined;
}

/** Letters in order, so that swapped ones do not matter. */
function sorted(name: string): string {
  return Array.from(name.toLowerCase()).sort().join('');
}

/** The cure for an unknown name: the nearest known one, else all there are. */
export function didYouMean(name: string, known: Iterable<string>, noun = 'known'): string {
  const names = [...known];
  const best = nearest(name, names);
  if (best !== undefined) return `Did you mean "${best}"?`;
  return names.length === 0 ? `There are none` : `${noun}: ${names.join(', ')}`;
}
