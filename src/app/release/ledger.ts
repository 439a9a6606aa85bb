import type { Failure } from '../../events/failure.ts';
import { readChain, strangers, type Alteration } from '../../release/ledger-chain.ts';
import type { LedgerEntry, LedgerEvent } from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { git, gitFailure, type GitWorld } from './git.ts';

/** Commits under it, each with one event: chained by their hashes, never changed. */
const REF = 'refs/onestack/ledger';
/** Others may append at the same moment. */
const TRIES = 20;
const NOTHING = '0'.repeat(40);

/** What does not come out as it was put in; the cure is where others have it. */
function alteredFailure({ id, why }: Alteration): Failure {
  return {
    reason: 'files',
    what: `the ledger was altered at ${id.slice(0, 12)}`,
    why,
    cure: `Take it from where it was pushed to: git update-ref -d ${REF}; git fetch origin ${REF}:${REF}`,
  };
}

/** A ledger only grows: what it once held here, and holds no more, was taken out. */
async function lostEvents(
  ids: readonly string[],
  root: string,
  world: GitWorld,
): Promise<Failure | undefined> {
  const log = await git(['rev-list', '--walk-reflogs', REF], root, world);
  const there = new Set(ids);
  const gone = log.status === 0 ? lines(log.stdout).filter((id) => !there.has(id)) : [];
  if (gone.length === 0) return undefined;
  const batch = await git(['cat-file', '--batch'], root, world, {
    input: `${gone.join('\n')}\n`,
  });
  const strange = strangers(batch.stdout);
  const lost = gone.find((id) => !strange.has(id));
  if (lost === undefined) return undefined;
  return {
    reason: 'files',
    what: `the ledger lacks what it held: ${lost.slice(0, 12)}`,
    why: 'it is appended to, and never written anew',
    cure: `git update-ref ${REF} ${lost} brings it back; git reflog expire --expire=all ${REF} lets it go`,
  };
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Reads all events, the oldest first. A repository without a ledger has none; one that was altered fails. */
export async function readLedger(
  root: string,
  world: GitWorld,
): Promise<Result<readonly LedgerEvent[], Failure>> {
  const exists = await git(['rev-parse', '--verify', '--quiet', REF], root, world);
  if (exists.status !== 0) return ok([]);
  const listed = await git(['rev-list', '--reverse', '--first-parent', REF], root, world);
  const ids = lines(listed.stdout);
  if (listed.status !== 0) {
    const id = exists.stdout.trim();
    const why = listed.stderr.trim().split('\n').at(-1) ?? '';
    return fail(alteredFailure({ id, why: why.replace(/^fatal: /, '') }));
  }
  const batch = await git(['cat-file', '--batch'], root, world, {
    input: `${ids.join('\n')}\n`,
  });
  const read = readChain(ids, batch.stdout);
  if ('altered' in read) return fail(alteredFailure(read.altered));
  const lost = await lostEvents(ids, root, world);
  return lost === undefined ? ok(read.events) : fail(lost);
}

/** Appends an event; whoever else appends at the same moment comes before or after it. */
export async function appendLedger(
  root: string,
  entry: LedgerEntry,
  world: GitWorld,
): Promise<Result<void, Failure>> {
  const tree = await git(['hash-object', '-t', 'tree', '-w', '--stdin'], root, world, {
    input: '',
  });
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
    const made = await git(argv, root, world, { input: message });
    if (made.status !== 0) return fail(gitFailure(made, root));
    // What it stood for is kept beside it: nobody takes it back unseen.
    const logged = ['--create-reflog', '-m', entry.kind];
    const update = ['update-ref', ...logged, REF, made.stdout.trim(), before ?? NOTHING];
    const moved = await git(update, root, world);
    if (moved.status === 0) return ok(undefined);
    if (tries === TRIES) return fail(gitFailure(moved, root));
  }
}
