import { basename } from 'node:path';
import { failingFast } from '../util/failing-fast.ts';
import { quoted } from '../util/shell-words.ts';

/** Before the folder's name, where an install that ended well left all empty. */
const MARK = 'onestack: nothing was installed into ';

/**
 * Shell text of an install that says when it left all of its folders empty, by the first of them: of a
 * workspace's members most have nothing of their own. Paths of the container.
 */
export function sayingEmpty(run: string, targets: readonly string[]): string {
  const [first] = targets;
  const whole = failingFast(run);
  if (first === undefined) return whole;
  const looks = targets.map((target) => `ls -A ${quoted(target)} 2>&1`).join('; ');
  // Of a folder that cannot be read nothing is said.
  const look = `[ -n "$(${looks})" ] || printf '%s\\n' ${quoted(MARK + first)}`;
  // A shell of its own: it may end itself, its last line may be a comment, and in `( … ) && …` nobody fails fast.
  return `sh -c ${quoted(whole)} && { ${look}; }`;
}

/** The folder that a line of an install says is empty. */
export function emptyFolder(line: string): string | undefined {
  return line.startsWith(MARK) ? line.slice(MARK.length) : undefined;
}

/** What is in a lockfile that locks anything, by its name. */
const LOCKS_SOMETHING: Readonly<Record<string, RegExp>> = {
  'package-lock.json': /"node_modules\//,
  'npm-shrinkwrap.json': /"node_modules\//,
  'pnpm-lock.yaml': /^packages:/m,
  'yarn.lock': /^\s+"?(?:resolved|resolution)"?:? /m,
  'bun.lock': /"packages":\s*\{\s*"/,
  'uv.lock': /^source = \{ (?!virtual|editable)/m,
  'poetry.lock': /^\[\[package\]\]/m,
  'requirements.txt': /^\s*[^\s#]/m,
  'go.sum': /\S/,
};

/**
 * Whether lockfiles are known to lock nothing at all: then an empty folder is right.
 * @param lockfiles path and text of each
 */
export function locksNothing(lockfiles: readonly (readonly [string, string])[]): boolean {
  const known = lockfiles.flatMap(([path, text]) => {
    const pattern = LOCKS_SOMETHING[basename(path)];
    return pattern === undefined ? [] : [pattern.test(text)];
  });
  return known.length > 0 && known.every((something) => !something);
}
