/** One line of git's configuration. */
export interface GitSetting {
  /** `filter.crypt.clean`; section and name in lower case, what is between as it is written. */
  readonly key: string;
  readonly value: string;
}

/** What runs when git reads a working tree or lays one out, here or by git-lfs. */
const PROGRAM =
  /^(?:filter\..+\.(?:clean|smudge|process)|lfs\.extension\..+\.(?:clean|smudge)|lfs\.customtransfer\..+\.path)$/s;

/** As `git lfs install --local` writes it: the person's git-lfs, whoever says so. */
const LFS = /^git-lfs (?:(?:clean|smudge|smudge --skip) -- %f|filter-process(?: --skip)?)$/;

/** Scopes that lie in the repository's folder; the others are the person's own and the machine's. */
const OWN_SCOPES = new Set(['local', 'worktree']);

/**
 * Programs that a repository's own configuration would have git run.
 * @param listing what `git config --list --show-scope -z` prints: scope, NUL, key, line end, value, NUL.
 */
export function ownPrograms(listing: string): readonly GitSetting[] {
  const parts = listing.split('\0');
  const found: GitSetting[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope = '', setting = ''] = [parts[at], parts[at + 1]];
    const end = setting.indexOf('\n');
    const key = end < 0 ? setting : setting.slice(0, end);
    const value = end < 0 ? '' : setting.slice(end + 1);
    if (OWN_SCOPES.has(scope) && PROGRAM.test(key) && value !== '' && !LFS.test(value)) {
      found.push({ key, value });
    }
  }
  return found;
}
