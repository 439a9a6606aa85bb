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

/** A line of a file of variables; in a Compose file it is indented, or followed by a colon. */
const LINE = /^(?:export\s+)?([A-Za-z_]\w*)=/gm;

/** The others of the files of variables that these are in, as a service has all of a file: they are missed next. */
export function besideThese(
  names: readonly string[],
  texts: readonly string[],
  set: ReadonlySet<string>,
): readonly string[] {
  const files = texts.map((text) => [...text.matchAll(LINE)].map(([, name = '']) => name));
  const own = files.filter((all) => names.some((name) => all.includes(name)));
  const others = own.flat().filter((name) => !names.includes(name) && !set.has(name));
  return [...new Set(others)].slice(0, MOST_NAMES);
}
