import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { filesBelow, submodulesOf, type Sources } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { diskFull, git, gitFailure, gitFiltered, gitText, type GitWorld } from './git.ts';
import { missingContents } from './large-files.ts';

type ExportWorld = GitWorld & Pick<World, 'files'>;

interface From {
  readonly root: string;
  readonly folder: string;
  readonly paths?: readonly string[];
}

/**
 * What a person has git do to files on her machine, and not to those of a commit, which are the same everywhere: other
 * line ends, files in place of links, a part of them alone.
 */
const AS_COMMITTED: readonly string[] = [
  ...['core.autocrlf=false', 'core.eol=lf', 'core.symlinks=true', 'core.attributesFile=/dev/null'],
  ...['core.sparseCheckout=false', 'index.sparse=false', 'submodule.recurse=false'],
].flatMap((setting) => ['-c', setting]);

/** Variables of git for a look from the export: the repository, an index of its own, where files are laid. */
type Place = Readonly<Record<'GIT_DIR' | 'GIT_WORK_TREE' | 'GIT_INDEX_FILE', string>>;

/** Files and what is in folders, of those that were named; what the commit does not hold is told. */
function chosen(sources: Sources, paths: readonly string[]): Result<readonly string[], Failure> {
  const found: string[] = [];
  for (const path of paths.map((one) => one.replace(/\/+$/, ''))) {
    const below = [
      ...sources.files.filter((entry) => entry.path === path),
      ...filesBelow(path, sources),
    ];
    if (below.length === 0) {
      return fail({
        reason: 'usage',
        what: `there is no ${path} in the commit ${sources.commit.slice(0, 7)}`,
        why: 'a stage of the pipeline reads it',
        cure: 'git add it, and git commit; or mend reads: in dev.yaml',
      });
    }
    found.push(...below.map((entry) => entry.path));
  }
  return ok([...new Set(found)]);
}

/** A commit's time, for `touch -t`. */
function touchTime(seconds: number): string {
  const [, date = '', time = '', second = ''] =
    /^(.+)T(\d\d:\d\d):(\d\d)/.exec(new Date(seconds * 1000).toISOString()) ?? [];
  return `${`${date}${time}`.replace(/[-:]/g, '')}.${second}`;
}

/** All files are of the commit's time: what compilers write of it is the same in every export. */
async function setTimes(
  { committedAtSeconds }: Sources,
  folder: string,
  { processes, host }: ExportWorld,
): Promise<Result<void, Failure>> {
  const touch = ['touch', '-h', '-t', touchTime(committedAtSeconds), '{}', '+'];
  const touched = await processes.run(['find', folder, '-exec', ...touch], {
    env: { ...host.environment, TZ: 'UTC' },
  });
  return touched.status === 0 ? ok(undefined) : fail(gitFailure(touched, folder));
}

/** Lays the files out below `tree`, each at its place in the repository. */
async function layOut(
  sources: Sources,
  { from, at, place }: { readonly from: From; readonly at: string; readonly place: Place },
  world: ExportWorld,
): Promise<Result<void, Failure>> {
  const some = from.paths ?? [];
  const wanted = some.length === 0 ? undefined : chosen(sources, some);
  if (wanted?.ok === false) return wanted;
  // Whatever fails is told of the project's folder.
  const there = ['-C', at, ...AS_COMMITTED];
  const read = await gitText([...there, 'read-tree', sources.commit], from.root, world, place);
  if (!read.ok) return read;
  const which = wanted === undefined ? ['--all'] : ['-z', '--stdin'];
  const laid = await gitFiltered(
    [...there, 'checkout-index', '--quiet', ...which],
    from.root,
    world,
    place,
    wanted?.value.map((path) => `${path}\0`).join(''),
  );
  if (!laid.ok) return laid;
  const attributes = [...there, 'check-attr', '--cached', '-z', '--stdin', 'filter'];
  return missingContents(
    (names) => git(attributes, from.root, world, { own: place, input: names }),
    { folder: at, paths: wanted?.value ?? sources.files.map(({ path }) => path) },
    world,
  );
}

/** So much has to find room where git could not write a file, and does not say why. */
const PROBE_BYTES = 65_536;

/** What failed because the disk is full, told as that: of files git says only that it could not write them. */
function withFullDisk(failure: Failure, folder: string, { files }: ExportWorld): Failure {
  const full = diskFull(folder);
  if (failure.why === full.why) return full;
  if (!/unable to write/.test(failure.why ?? '')) return failure;
  const probe = `${folder}.probe`;
  const written = files.writeAtomic(probe, 'x'.repeat(PROBE_BYTES), { flush: false });
  files.remove(probe);
  return written.ok ? failure : full;
}

/**
 * Lays the files of a commit into an empty folder, as a clone has them wherever it is made: without history,
 * without what is not committed, whatever git is set to on this machine. What an archive leaves out or fills in
 * (`export-ignore`, `export-subst`) is as it was committed: checks see what they see in development, and nothing tells of another commit
 * than its key does.
 * @param from `paths`: these files and folders alone, from the project's folder.
 */
export async function exportSources(
  sources: Sources,
  from: From,
  world: ExportWorld,
): Promise<Result<void, Failure>> {
  const [submodule] = submodulesOf(sources);
  if (submodule !== undefined) {
    return fail({
      reason: 'usage',
      what: `${submodule} is a git submodule: its files are in no export of this commit`,
      why: 'a build from it would not be the build of this commit alone',
      cure: 'put the files into the repository (git subtree), or make it a dependency',
    });
  }
  const { files } = world;
  const asked = await gitText(
    ['rev-parse', '--absolute-git-dir', '--show-prefix'],
    from.root,
    world,
  );
  if (!asked.ok) return asked;
  const [directory = '', prefix = ''] = asked.value.split('\n');
  // Attributes of the folders above count, too: of a part of a repository they are laid out in one.
  const tree = prefix === '' ? from.folder : `${from.folder}.tree`;
  const at = join(tree, prefix);
  const index = `${from.folder}.index`;
  const place: Place = { GIT_DIR: directory, GIT_WORK_TREE: tree, GIT_INDEX_FILE: index };
  for (const needed of [from.folder, at]) {
    const made = files.makeDirectory(needed);
    if (!made.ok) return made;
  }
  try {
    const laid = await layOut(sources, { from, at, place }, world);
    if (!laid.ok) return fail(withFullDisk(laid.failure, from.folder, world));
    const moved = at === from.folder ? ok(undefined) : files.rename(at, from.folder);
    return moved.ok ? await setTimes(sources, from.folder, world) : moved;
  } finally {
    files.remove(index);
    if (tree !== from.folder) files.remove(tree);
  }
}
