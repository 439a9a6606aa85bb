import { posix } from 'node:path';

/** Folder of a module that a probe writes into, for as long as it is read. */
export const PROBE_FOLDER = '.onestack-licences';
/** In a numbered folder of a Go module: `example.com/a@v1.2.3`. */
export const PROBED_NAME = 'module';
/** Of Maven's and Gradle's downloads: every POM, one after the other. */
export const PROBED_POMS = 'poms.xml';

/** What is part of the program, with the licence files of each; vendored ones lie in the module. */
const GO = `
go list -deps -f '{{with .Module}}{{if not .Main}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}} {{.Dir}} {{.Path}}{{end}}{{end}}' ./... >"$out/list"
n=0
sort -u "$out/list" | while read -r name version dir path; do
  test -d "$dir" || { path=$dir dir=vendor/$dir; }
  n=$((n + 1))
  mkdir "$out/$n"
  printf '%s@%s' "$name" "$version" >"$out/$n/${PROBED_NAME}"
  for file in "$dir"/LICEN[CS]E* "$dir"/COPYING* "$dir"/UNLICENSE*; do
    test ! -f "$file" || cp "$file" "$out/$n/"
  done
done`;

const JAVA = `
for folder in /var/cache/onestack/maven /var/cache/onestack/gradle; do
  test ! -d "$folder" || find "$folder" -name '*.pom' -exec cat {} +
done >"$out/${PROBED_POMS}"`;

const PROBES: Readonly<Record<string, string>> = {
  'go.sum': GO,
  'pom.xml': JAVA,
  'gradle.lockfile': JAVA,
};

/**
 * Shell text that gathers what downloaded packages say of their licences, and which of them are part of
 * the program, where their lockfile does not tell; undefined where lockfiles or installed packages tell
 * it themselves.
 * @param lockfiles paths of what the module locks.
 * @param asked `licences`: whether these are asked for, or the program's parts alone.
 */
export function licenceProbe(
  lockfiles: readonly string[],
  asked: { readonly licences: boolean },
): string | undefined {
  const probes = new Set(
    lockfiles
      .flatMap((path) => PROBES[posix.basename(path)] ?? [])
      .filter((probe) => asked.licences || probe === GO),
  );
  if (probes.size === 0) return undefined;
  return `set -eu\nout=$PWD/${PROBE_FOLDER}\nrm -rf "$out"\nmkdir "$out"${[...probes].join('')}`;
}
