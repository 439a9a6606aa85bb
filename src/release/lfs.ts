/** git-lfs writes none that is larger. */
export const LARGEST_POINTER = 1024;

/** What git has of a file that git-lfs keeps elsewhere. */
export function isLfsPointer(text: string): boolean {
  return /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n/.test(text);
}

/** Paths whose attribute `filter` is `lfs`, of what `git check-attr -z` says: path, NUL, attribute, NUL, value, NUL. */
export function lfsPaths(answer: string): readonly string[] {
  const parts = answer.split('\0');
  const found: string[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) {
    if (parts[at + 2] === 'lfs') found.push(parts[at] ?? '');
  }
  return found;
}
