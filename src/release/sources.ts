/** One entry of a git tree. */
export interface TreeEntry {
  /** Relative to the project root, `/`-separated. */
  readonly path: string;
  /** git's: `100644`, `100755`, `120000` a symlink, `160000` a submodule, `040000` a folder. */
  readonly mode: string;
  /** git's hash of its contents. */
  readonly hash: string;
}

/** The sources of one commit, or of the working tree when somebody asked for it. */
export interface Sources {
  /** Full hash of the commit that they are, or that they differ from. */
  readonly commit: string;
  /** Epoch seconds of the commit: the time of all files in what is packed. */
  readonly committedAtSeconds: number;
  /** Every file of the project, in git's order. */
  readonly files: readonly TreeEntry[];
  /** Of the working tree: what is made of them is never taken for what a commit has made. */
  readonly isWorkingTree?: boolean;
}

/** Files that people read and no build does: a change of theirs makes nothing anew. */
const NOT_BUILT_FROM =
  /^(?:dev|dev\.yaml|dev\.settings\.yaml|README.*|CHANGELOG.*|LICEN[CS]E.*|.*\.md|compose\.ya?ml|docker-compose.*|\.gitlab-ci\.yml|bitbucket-pipelines\.yml|Jenkinsfile)$/i;

/** Yarn's own program, and what belongs to it, where a repository brings them. */
const OF_YARN = /^\.yarn\/(?:releases|plugins|patches)\//;

/**
 * Files that any module may read: those at the root (a workspace's manifest, a shared configuration),
 * and what package managers ask for there, whatever they are asked for: Go wants the manifest of each
 * module of a go.work.
 */
export function sharedFiles({ files }: Pick<Sources, 'files'>): readonly TreeEntry[] {
  const hasWork = files.some(({ path }) => path === 'go.work');
  return files.filter(({ path }) => {
    if (!path.includes('/')) return !NOT_BUILT_FROM.test(path);
    return OF_YARN.test(path) || (hasWork && path.endsWith('/go.mod'));
  });
}

/** Files below a folder; all of them for `.`. */
export function filesBelow(
  folder: string,
  { files }: Pick<Sources, 'files'>,
): readonly TreeEntry[] {
  if (folder === '.') return files;
  return files.filter(({ path }) => path.startsWith(`${folder}/`));
}

/** What a commit holds that its export would not: told, as the build would miss it. */
export function submodulesOf({ files }: Pick<Sources, 'files'>): readonly string[] {
  return files.flatMap(({ path, mode }) => (mode === '160000' ? [path] : []));
}

/** Every path of them. */
export const committedPaths = ({ files }: Pick<Sources, 'files'>): readonly string[] =>
  files.map(({ path }) => path);
