import { parse } from 'yaml';
import { mappingAt } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';

/**
 * Service names of the file that was merged last, in its order; none before the first `dev up`.
 * A damaged file counts as none: the next `dev up` writes it anew.
 */
export function definedServices(
  { composeFile }: Pick<Places, 'composeFile'>,
  files: Pick<Files, 'read'>,
): readonly string[] {
  const text = files.read(composeFile);
  if (!text.ok || text.value === undefined) return [];
  try {
    return Object.keys(mappingAt(parse(text.value), 'services'));
  } catch {
    return [];
  }
}
