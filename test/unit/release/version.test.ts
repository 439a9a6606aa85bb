import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitVersion } from '../../../src/app/release/commit-version.ts';
import { hostProcesses } from '../../../src/adapters/processes.ts';
import { readHost } from '../../../src/adapters/host.ts';
import { compareSemVer, parseSemVer, semVerText } from '../../../src/release/semver.ts';
import { versionOf } from '../../../src/release/version.ts';

const COMMIT = '3f2a1bc9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3';

function version(
  reachable: readonly string[],
  here: readonly string[] = [],
  dirty = false,
): string {
  return versionOf({ commit: COMMIT, reachable: [...reachable, ...here], here, dirty }).version;
}

describe('the version of a commit', () => {
  it.each([
    { tags: [], here: [], is: '0.1.0-SNAPSHOT+3f2a1bc' },
    { tags: ['1.3.0', 'v1.4.0'], here: [], is: '1.5.0-SNAPSHOT+3f2a1bc' },
    { tags: ['v1.4.7'], here: [], is: '1.5.0-SNAPSHOT+3f2a1bc' },
    { tags: ['v1.9.0', 'v1.10.0'], here: [], is: '1.11.0-SNAPSHOT+3f2a1bc' },
    { tags: ['v1.3.0'], here: ['v1.4.0'], is: '1.4.0+3f2a1bc' },
    { tags: [], here: ['1.4.0-rc.2', '1.4.0-rc.10'], is: '1.4.0-rc.10+3f2a1bc' },
    { tags: [], here: ['1.4.0-rc.2', 'v1.4.0'], is: '1.4.0+3f2a1bc' },
    { tags: ['1.3.0', '1.4.0-rc.1'], here: [], is: '1.4.0-SNAPSHOT+3f2a1bc' },
    { tags: ['1.3.0', '2.0.0-beta'], here: [], is: '2.0.0-SNAPSHOT+3f2a1bc' },
    { tags: ['1.4.0', '1.4.0-rc.1'], here: [], is: '1.5.0-SNAPSHOT+3f2a1bc' },
    {
      tags: ['nightly', 'api/v9.0.0', 'v1', '1.2', '01.2.3', 'release-7.0.0'],
      here: [],
      is: '0.1.0-SNAPSHOT+3f2a1bc',
    },
    { tags: ['1.2.0', '1.9.0-SNAPSHOT'], here: ['1.3.0-SNAPSHOT'], is: '1.3.0-SNAPSHOT+3f2a1bc' },
  ])('with $tags and $here is $is', ({ tags, here, is }) => {
    expect(version(tags, here)).toBe(is);
  });

  it('says that files differ, and has a form that image tags can hold', () => {
    const { imageTag } = versionOf({ commit: COMMIT, reachable: [], here: [], dirty: true });
    expect(imageTag).toBe('0.1.0-SNAPSHOT_3f2a1bc.dirty');
    expect(imageTag).toMatch(/^[\w][\w.-]{0,127}$/);
  });
});

const identifier = fc.stringMatching(/^(?:0|[1-9]\d{0,20}|[a-z-]{1,4})$/);
const semver = fc.record({
  major: fc.nat(99),
  minor: fc.nat(99),
  patch: fc.nat(99),
  pre: fc.array(identifier, { maxLength: 3 }),
});

describe('semantic versions', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(semver, (one) => {
        expect(parseSemVer(semVerText(one))).toEqual(one);
      }),
    );
  });

  it('are ordered as the specification orders them', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
    ];
    const shuffled = fc.shuffledSubarray(ordered, { minLength: ordered.length });
    fc.assert(
      fc.property(shuffled, (texts) => {
        const sorted = texts
          .flatMap((text) => parseSemVer(text) ?? [])
          .sort(compareSemVer)
          .map(semVerText);
        expect(sorted).toEqual(ordered);
      }),
    );
  });
});

describe('with a real git', () => {
  let folder = '';
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const world = { processes: hostProcesses, host: readHost('/tool', '0.0.0') };
  const found = async (directory = folder) => {
    const outcome = await commitVersion(directory, world);
    return outcome.ok ? outcome.value : outcome.failure.what;
  };
  const short = (): string => git('rev-parse', 'HEAD').slice(0, 7);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'version-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('goes from no repository to a release, and on', async () => {
    expect(await found()).toContain('is in no git repository');
    git('init', '--quiet', '--initial-branch=main');
    expect(await found()).toContain('has no commit yet');
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '--quiet', '-m', 'one');
    expect(await found()).toMatchObject({ version: `0.1.0-SNAPSHOT+${short()}`, base: undefined });
    git('tag', '-a', '-m', 'annotated', 'v1.0.0');
    git('tag', 'tree-tag', 'HEAD^{tree}');
    expect(await found()).toMatchObject({ version: `1.0.0+${short()}`, tag: 'v1.0.0' });
    writeFileSync(join(folder, 'untracked'), 'x');
    expect(await found()).toMatchObject({ dirty: false });
    writeFileSync(join(folder, 'a'), '2');
    expect(await found()).toMatchObject({ version: `1.0.0+${short()}.dirty`, dirty: true });
    git('commit', '--quiet', '-am', 'two');
    expect(await found()).toMatchObject({ version: `1.1.0-SNAPSHOT+${short()}`, base: 'v1.0.0' });
  });

  it('is the same in a detached head, a merge of a hotfix and a subfolder; tags of other branches do not count', async () => {
    git('checkout', '--quiet', '-b', 'hotfix', 'v1.0.0');
    git('commit', '--quiet', '--allow-empty', '-m', 'fix');
    git('tag', '1.0.1');
    git('checkout', '--quiet', 'main');
    expect(await found()).toMatchObject({ base: 'v1.0.0' });
    git('merge', '--quiet', '--no-edit', 'hotfix');
    expect(await found()).toMatchObject({ version: `1.1.0-SNAPSHOT+${short()}`, base: '1.0.1' });
    git('checkout', '--quiet', '--detach');
    expect(await found()).toMatchObject({ version: `1.1.0-SNAPSHOT+${short()}` });
  });

  it('is told to be unsure in a shallow clone', async () => {
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, clone]);
    expect(await found(clone)).toMatchObject({ shallow: true, base: undefined });
  });
});
