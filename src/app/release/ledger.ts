import type { Failure } from '../../events/failure.ts';
import { parseEntry, type LedgerEntry, type LedgerEvent } from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { git, gitFailure, gitText, type GitWorld } from './git.ts';

/** Commits under it, each with one event: chained by their hashes, never changed. */
const REF = 'refs/onestack/ledger';
/** Others may append at the same moment. */
const TRIES = 20;
const NOTHING = '0'.repeat(40);

/** Reads all events, the oldest first. A repository without a ledger has none. */
export async function readLedger(
  root: string,
  world: GitWorld,
): Promise<Result<readonly LedgerEvent[], Failure>> {
  const exists = await git(['rev-parse', '--verify', '--quiet', REF], root, world);
  if (exists.status !== 0) return ok([]);
  const format = '--format=%H%x00%an <%ae>%x00%b%x01';
  const log = await gitText(['log', '--reverse', '--first-parent', format, REF], root, world);
  if (!log.ok) return log;
  return ok(
    log.value.split('\u0001').flatMap((record) => {
      const [id = '', by = '', text = ''] = record.trim().split('\0');
      const entry = parseEntry(text);
      return entry === undefined ? [] : [{ ...entry, id, by }];
    }),
  );
}

/** Appends an event; whoever else appends at the same moment comes before or after it. */
export async function appendLedger(
  root: string,
  entry: LedgerEntry,
  world: GitWorld,
): Promise<Result<void, Failure>> {
  const tree = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], root, world, '');
  if (tree.status !== 0) return fail(gitFailure(tree, root));
  const named = await git(['var', 'GIT_AUTHOR_IDENT'], root, world);
  // Git wants to know who it is, also on machines that nobody has told it.
  const user = world.host.environment['USER'] ?? 'onestack';
  const who =
    named.status === 0 ? [] : ['-c', `user.name=${user}`, '-c', `user.email=${user}@localhost`];
  const message = `${entry.kind} ${entry.release.version}\n\n${JSON.stringify(entry)}\n`;
  for (let tries = 1; ; tries += 1) {
    const last = await git(['rev-parse', '--verify', '--quiet', REF], root, world);
    const before = last.status === 0 ? last.stdout.trim() : undefined;
    const parent = before === undefined ? [] : ['-p', before];
    const argv = [...who, 'commit-tree', tree.stdout.trim(), ...parent, '-F', '-'];
    const made = await git(argv, root, world, message);
    if (made.status !== 0) return fail(gitFailure(made, root));
    const update = ['update-ref', REF, made.stdout.trim(), before ?? NOTHING];
    const moved = await git(update, root, world);
    if (moved.status === 0) return ok(undefined);
    if (tries === TRIES) return fail(gitFailure(moved, root));
  }
}
