const MOST_NAMES = 5;

/**
 * Variables that a check prints the names of as it fails, and that services are given: its containers have
 * none of those, as they would be part of what it is kept for.
 * @param texts of Compose files, and of files of variables.
 */
export function unsetVariables(
  lines: readonly string[],
  texts: readonly string[],
  set: ReadonlySet<string>,
): readonly string[] {
  const named = new Set(lines.flatMap((line) => line.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? []));
  return [...named]
    .filter((name) => !set.has(name))
    .filter((name) => {
      const given = new RegExp(`^\\s*(?:[-{]\\s*|.*[{,]\\s*)?["']?${name}["']?\\s*[=:]`, 'm');
      return texts.some((text) => given.test(text));
    })
    .slice(0, MOST_NAMES);
}
