import type { Release, ReleaseRepository, ReleaseState } from './release.ts';
import { compareSemVer, parseSemVer } from './semver.ts';

/** By version, then by the commit's time: snapshots of one version are of different commits. */
function compareReleases(a: Release, b: Release): number {
  const [one, other] = [a, b].map(({ version }) => parseSemVer(version));
  const byVersion = one === undefined || other === undefined ? 0 : compareSemVer(one, other);
  return byVersion || Date.parse(a.committedAt) - Date.parse(b.committedAt);
}

/**
 * The newest release of a place that is newer than this one: `latest` stays there. Who mends an older version
 * (1.3.1 when there is 2.0.0), or names it once more, takes it from nobody.
 */
export function newerThan(
  release: Release,
  states: readonly ReleaseState[],
  repository: ReleaseRepository,
): Release | undefined {
  const [newest] = states
    .filter(({ promotedAt }) => repository === 'integration' || promotedAt !== undefined)
    .map((state) => state.release)
    .filter((one) => one.registry === release.registry && compareReleases(one, release) > 0)
    .sort((a, b) => compareReleases(b, a));
  return newest;
}

/** Told where `latest` stays. */
export const staysLatest = ({ version }: Release): string =>
  `latest stays ${version}, which is newer`;
