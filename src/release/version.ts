import { compareSemVer, parseSemVer, semVerText, type SemVer } from './semver.ts';

/** What git tells of a commit, as far as its version depends on it. */
export interface CommitFacts {
  /** Full hash of the commit. */
  readonly commit: string;
  /** Names of all tags that the commit can reach, and of those that stand on it. */
  readonly reachable: readonly string[];
  readonly here: readonly string[];
  /** Files that git knows differ from the commit. */
  readonly dirty: boolean;
}

export interface Version {
  /** `1.4.0+3f2a1bc`, `1.5.0-SNAPSHOT+3f2a1bc.dirty`. */
  readonly version: string;
  /** The same with `_` for `+`: image tags know no plus sign. */
  readonly imageTag: string;
  /** Full hash. */
  readonly commit: string;
  /** The tag that stands on the commit and names its version; undefined for a snapshot. */
  readonly tag: string | undefined;
  /** The newest release that the commit descends from; undefined before the first one. */
  readonly base: string | undefined;
  readonly dirty: boolean;
}

/** Characters of a commit in a version: always as many, so that every clone says the same. */
const SHORT_COMMIT = 7;

interface VersionTag {
  readonly name: string;
  readonly version: SemVer;
}

/** Tags that name a version, `v1.2.3` or `1.2.3`, newest first; others and snapshots are somebody else's. */
function versionTags(names: readonly string[]): readonly VersionTag[] {
  return names
    .flatMap((name) => {
      const version = parseSemVer(name.replace(/^[vV](?=\d)/, ''));
      if (version === undefined || version.pre.includes('SNAPSHOT')) return [];
      return [{ name, version }];
    })
    .sort((a, b) => compareSemVer(b.version, a.version) || (a.name < b.name ? -1 : 1));
}

/**
 * The version that is being worked on: the next minor one after the newest release, or the one that
 * a newer pre-release has announced.
 */
function nextVersion(tags: readonly VersionTag[], release: SemVer | undefined): SemVer {
  const after: SemVer =
    release === undefined
      ? { major: 0, minor: 1, patch: 0, pre: [] }
      : { ...release, minor: release.minor + 1, patch: 0 };
  const [newest] = tags;
  if (newest === undefined || newest.version.pre.length === 0) return after;
  const announced: SemVer = { ...newest.version, pre: [] };
  return compareSemVer(announced, after) > 0 ? announced : after;
}

/**
 * The version of a commit, from git alone. The newest SemVer tag that the commit reaches is the base;
 * a commit that carries one has that version; else the next minor one, as a snapshot. Pure: the same
 * commit has the same version everywhere.
 */
export function versionOf({ commit, reachable, here, dirty }: CommitFacts): Version {
  const tags = versionTags(reachable);
  const [own] = versionTags(here);
  const base = tags.find(({ version }) => version.pre.length === 0);
  const core =
    own === undefined
      ? semVerText({ ...nextVersion(tags, base?.version), pre: ['SNAPSHOT'] })
      : semVerText(own.version);
  const version = `${core}+${commit.slice(0, SHORT_COMMIT)}${dirty ? '.dirty' : ''}`;
  return {
    version,
    imageTag: version.replaceAll('+', '_'),
    commit,
    tag: own?.name,
    base: base?.name,
    dirty,
  };
}
