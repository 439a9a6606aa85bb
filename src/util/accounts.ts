/** The person at the keyboard, as a container knows people. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Who runs things in production; who the person is in development. */
export const ACCOUNT_NAME = 'app';
/** Its numbers in images of the hierarchy. */
export const IMAGE_ACCOUNT: Account = { uid: 10001, gid: 10001 };
const HOME = '/home/app';
const SHELL = '/bin/bash';

interface AccountFiles {
  readonly passwd: string;
  /** Undefined: there is no such file. */
  readonly group: string | undefined;
}

/** Lines of a file of colons, without the last, empty one. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

const fieldOf = (line: string, index: number): string | undefined => line.split(':')[index];

function withNumbers(line: string, numbers: readonly number[]): string {
  const fields = line.split(':');
  fields.splice(2, numbers.length, ...numbers.map(String));
  return fields.join(':');
}

/** One with that name gets the numbers; where there is none, the line is added. */
function named(lines: readonly string[], numbers: readonly number[], line: string): string {
  const isOurs = (one: string): boolean => fieldOf(one, 0) === ACCOUNT_NAME;
  const all = lines.some(isOurs)
    ? lines.map((one) => (isOurs(one) ? withNumbers(one, numbers) : one))
    : [...lines, line];
  return `${all.join('\n')}\n`;
}

/**
 * `/etc/passwd` and `/etc/group` in which `app` is this number, as in production, beside the name that it may have
 * already: programs ask who they run as, and ssh, Dev Containers and Node's `userInfo` fail when nobody is.
 *
 * @returns undefined where it is.
 */
export function withAccount(
  { passwd, group }: AccountFiles,
  { uid, gid }: Account,
): AccountFiles | undefined {
  const people = linesOf(passwd);
  const isThere = (line: string): boolean =>
    fieldOf(line, 0) === ACCOUNT_NAME && fieldOf(line, 2) === String(uid);
  if (people.some(isThere)) return undefined;
  const groups = group === undefined ? undefined : linesOf(group);
  const isKnown = groups?.some((line) => fieldOf(line, 2) === String(gid)) ?? true;
  const entry = `${ACCOUNT_NAME}:x:${String(uid)}:${String(gid)}::${HOME}:${SHELL}`;
  return {
    passwd: named(people, [uid, gid], entry),
    group:
      groups === undefined || isKnown
        ? group
        : named(groups, [gid], `${ACCOUNT_NAME}:x:${String(gid)}:`),
  };
}
