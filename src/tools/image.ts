import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';

const FILE = 'tools-container/packages';

/**
 * A Dockerfile that adds a project's packages.
 * @param packages contents of `tools-container/packages`: names of Debian packages, `#` comments.
 * @returns undefined when the file names none.
 */
export function projectDockerfile(packages: string): Result<string | undefined, Failure> {
  const names: string[] = [];
  for (const [index, line] of packages.split('\n').entries()) {
    const text = line.replace(/#.*/, '').trim();
    for (const name of text.split(/\s+/).filter(Boolean)) {
      // Debian's own rule for names, with an optional version.
      if (!/^[a-z0-9][a-z0-9+.-]+(?:=[\w.+~:-]+)?$/.test(name)) {
        const at = { file: FILE, line: index + 1, column: line.indexOf(name) + 1, text: line };
        return fail({
          reason: 'definition',
          what: `"${name}" is no name of a Debian package`,
          cure: 'Write one name a line',
          at: { ...at, length: name.length },
        });
      }
      names.push(name);
    }
  }
  if (names.length === 0) return ok(undefined);
  return ok(
    [
      `# Made from ${FILE}.`,
      'FROM onestack/tools',
      'USER root',
      'RUN --mount=type=cache,id=onestack-apt,target=/var/cache/onestack-apt \\',
      `    apt-install ${[...new Set(names)].sort().join(' ')}`,
      'USER app',
      '',
    ].join('\n'),
  );
}
