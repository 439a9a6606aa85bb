import { isAbsolute, join } from 'node:path/posix';
import type { Edit } from '../compose/merge/edits.ts';
import { seccompFile } from '../compose/seccomp.ts';
import { mappingAt, type PlainMapping } from '../model/plain.ts';

/**
 * Security profiles that are files, with their whole path: Compose looks for them beside the file that
 * it is given, which is the generated one.
 * @param folders that a path may count from, the nearest first; the last one where it is in none.
 */
export function profileEdits(
  document: PlainMapping,
  folders: readonly [string, ...string[]],
  isThere: (path: string) => boolean,
): readonly Edit[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([name]): readonly Edit[] => {
    const { security_opt: options } = mappingAt(mappingAt(document, 'services'), name);
    if (!Array.isArray(options)) return [];
    return options.flatMap((option: unknown, index): readonly Edit[] => {
      const file = seccompFile(option);
      if (file === undefined || isAbsolute(file)) return [];
      const found = folders.map((folder) => join(folder, file));
      const value = `seccomp=${found.find(isThere) ?? found.at(-1) ?? file}`;
      const path = ['services', name, 'security_opt', String(index)];
      return [{ kind: 'set', path, value, label: 'its whole path' }];
    });
  });
}
