import { posix } from 'node:path';
import type { IgnoreRules } from './ignore-rules.ts';

/** What is known of a module's folder on the disk. */
export interface ModuleFolder {
  readonly name: string;
  /** Relative to the project root; empty for the root itself. */
  readonly path: string;
  readonly state: 'folder' | 'link' | 'missing';
  /** Names in it; none where there is no folder. */
  readonly names: readonly string[];
  /** How many of its files are watched. */
  readonly watchedFiles: number;
}

/**
 * Why nothing of a module is watched; undefined where something is, or where there is nothing yet:
 * a file that comes will be seen.
 */
export function whyUnwatched(
  { name, path, state, names, watchedFiles }: ModuleFolder,
  rules: Pick<IgnoreRules, 'ignoredBy'>,
): string | undefined {
  const parts = path === '' ? [] : path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  for (const folder of above) {
    const by = rules.ignoredBy(folder, 'directory');
    if (by !== undefined) return `${folder}/ is ignored by ${by}`;
  }
  if (state === 'missing') return `there is no folder ${path}`;
  if (state === 'link') return `${path} is a link, and links are not followed`;
  if (watchedFiles > 0) return undefined;
  // A name may be a file's or a folder's: what ignores both, ignores it.
  const ignorers = names.map(
    (one) =>
      rules.ignoredBy(posix.join(path, one), 'file') ??
      rules.ignoredBy(posix.join(path, one), 'directory'),
  );
  const counted = ignorers.filter((by) => by !== undefined && by !== 'what dev never watches');
  const all = ignorers.every((by) => by !== undefined);
  return all && counted.length > 0
    ? `everything of ${name} is ignored by ${[...new Set(counted)].join(' and ')}`
    : undefined;
}
