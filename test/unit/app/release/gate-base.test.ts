import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { changedSince, gateBase } from '../../../../src/app/release/gate-base.ts';
import { openCommit, openRun } from '../../../../src/app/release/open-run.ts';
import { RunRecorder } from '../../../../src/app/release/run-recorder.ts';
import { readSources } from '../../../../src/app/release/read-sources.ts';
import { TRIALS } from '../../../../src/app/smoke.ts';
import type { ModuleGates } from '../../../../src/model/gates.ts';
import { value } from '../../../support/images.ts';
import { partly } from '../../../support/partly.ts';
import { REPOSITORY } from '../../../support/rig.ts';

const DEFINITION = `name: any
modules: { api: { path: ., image: node, run: 'true', lint: 'true' } }
gates: { api: { problems: { new: 0 } } }
`;
const coverage = { report: 'lcov.info', total: undefined, changed: 80, except: [] };
const GATES = new Map([['api', partly<ModuleGates>({ coverage, problems: undefined })]]);

let folder = '';
let root = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ostest-base-'));
  root = join(folder, 'project');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', root];
  return execFileSync('git', [...author, ...args], { stdio: 'pipe', encoding: 'utf8' }).trim();
}
function init(format = 'sha1'): void {
  execFileSync('git', ['init', '-q', '-b', 'main', `--object-format=${format}`, root]);
}
/** Adds a line to a file, and says which commit that is. */
function commit(file: string, text = `${file}\n`): string {
  writeFileSync(join(root, file), text);
  git('add', '--all');
  git('commit', '--quiet', '--message', file);
  return git('rev-parse', 'HEAD');
}
function clone(...how: readonly string[]): void {
  const at = join(folder, 'clone');
  execFileSync('git', ['clone', '-q', ...how, `file://${root}`, at], { stdio: 'pipe' });
  root = at;
}
async function base(): Promise<string | undefined> {
  const world = createWorld(folder, '0');
  const sources = await readSources(root, world);
  if (!sources.ok) throw new Error(sources.failure.what);
  const found = await gateBase({ root, sources: sources.value }, GATES, world);
  return found.ok ? found.value : `${found.failure.what} | ${found.failure.cure ?? ''}`;
}
async function changed(): Promise<readonly unknown[]> {
  const world = createWorld(folder, '0');
  const sources = await readSources(root, world);
  if (!sources.ok) throw new Error(sources.failure.what);
  const since = await changedSince((await base()) ?? '', { root, sources: sources.value }, world);
  return since.ok ? [...since.value] : [since.failure];
}

describe('what a commit is compared with', () => {
  it('is where its branch left the main line, however many commits ago', async () => {
    init();
    const left = commit('a');
    git('checkout', '-q', '-b', 'work');
    commit('b');
    commit('c');
    expect(await base()).toBe(left);
    git('checkout', '-q', 'main');
    commit('d');
    git('checkout', '-q', '--detach', 'work');
    expect(await base()).toBe(left);
    expect(await changed()).toEqual([
      ['b', [1]],
      ['c', [1]],
    ]);
  });

  it('is the main line itself for a branch that was merged into it for a trial', async () => {
    init();
    commit('a');
    git('checkout', '-q', '-b', 'work');
    commit('b');
    git('checkout', '-q', 'main');
    const tip = commit('c');
    git('checkout', '-q', '--detach');
    git('merge', '-q', '--no-ff', '--message', 'trial', 'work');
    expect(await base()).toBe(tip);
    expect(await changed()).toEqual([['b', [1]]]);
  });

  it('is the commit before on the main line, and there of a merge what it was merged into', async () => {
    init();
    const first = commit('a');
    git('checkout', '-q', '-b', 'work');
    const work = commit('b');
    git('checkout', '-q', 'main');
    const before = commit('c');
    expect(await base()).toBe(first);
    git('merge', '-q', '--no-ff', '--message', 'merge', 'work');
    expect(await base()).toBe(before);
    git('checkout', '-q', '--detach', work);
    expect(await base()).toBe(first);
  });

  it('is the main line of where it was cloned from, not an old one of its own', async () => {
    init();
    commit('a');
    const clonedAt = commit('b');
    clone();
    git('checkout', '-q', '-b', 'work');
    git('branch', '-q', '--force', 'main', 'HEAD~1');
    commit('c');
    expect(await base()).toBe(clonedAt);
  });

  it.each(['sha1', 'sha256'])(
    'is nothing for the first commit, in a repository of %s',
    async (format) => {
      init(format);
      commit('a', 'one\ntwo\n');
      expect(await changed()).toEqual([['a', [1, 2]]]);
      const second = commit('b');
      expect(await changed()).toEqual([['b', [1]]]);
      git('checkout', '-q', '-b', 'work');
      commit('c');
      expect(await base()).toBe(second);
    },
  );

  it.each([
    ['of the main line', ['--depth=1'], false],
    ['of a branch', ['--depth=1', '--branch=work'], false],
    ['of a branch, a few commits deep', ['--depth=2', '--branch=work'], false],
    ['of the main line, two commits deep', ['--depth=2'], true],
  ])('is told where a shallow clone %s does not hold it', async (_which, how, holds) => {
    init();
    commit('a');
    const main = commit('b');
    git('checkout', '-q', '-b', 'work');
    for (const file of ['c', 'd', 'e']) commit(file);
    git('checkout', '-q', 'main');
    const tip = commit('f');
    clone(...how);
    expect(await base()).toMatch(holds ? main : /clone is shallow.*\| git fetch --unshallow/);
    git('fetch', '-q', '--unshallow', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    expect(await base()).toBe(how.includes('--branch=work') ? main : git('rev-parse', `${tip}^`));
  });

  it('does not matter for images that only run here', async () => {
    init();
    commit('dev.yaml', DEFINITION);
    commit('dev.yaml', `${DEFINITION}#\n`);
    clone('--depth=1');
    const world = createWorld(REPOSITORY, '0');
    const sources = value(await readSources(root, world));
    const place = { root, folder: join(folder, 'run') };
    const definition = value(await openCommit(sources, place, world));
    const request = {
      ...{ ...place, sources, definition, id: 'x', yes: true, version: '1.0.0' },
      certificates: join(folder, 'certificates'),
      settings: { certificates: { companyCa: 'auto' as const } },
      store: await world.artifacts(join(folder, 'store')),
      recorder: new RunRecorder('', world),
    };
    const progress = { report: () => undefined, signal: new AbortController().signal };
    const here = await openRun({ ...request, trials: undefined }, world, progress);
    expect(value(here)).toMatchObject({ base: undefined, gateKeys: new Map() });
    const published = await openRun({ ...request, trials: TRIALS }, world, progress);
    const failure = [{ what: expect.stringContaining('shallow') as unknown }];
    expect(published).toMatchObject({ failure });
  });

  it('is not looked for where nothing counts changed lines', async () => {
    const world = createWorld(folder, '0');
    const place = { root: '/nowhere', sources: { commit: 'x' } };
    const gates = new Map([
      ['api', partly<ModuleGates>({ coverage: undefined, problems: undefined })],
    ]);
    expect(await gateBase(place, gates, world)).toEqual({ ok: true, value: undefined });
  });
});

it('what a partial clone does not hold is told with what fetches it', async () => {
  init();
  git('config', 'uploadpack.allowFilter', 'true');
  commit('a', 'one\n');
  commit('a', 'two\n');
  clone('--filter=blob:none');
  const world = createWorld(folder, '0');
  const sources = value(await readSources(root, world));
  const since = await changedSince(git('rev-parse', 'HEAD~1'), { root, sources }, world);
  expect(since).toMatchObject({
    failure: {
      what: expect.stringContaining('this clone is partial') as string,
      cure: expect.stringContaining('git fetch --refetch --no-filter') as string,
    },
  });
  // Nothing of it goes on in the background.
  git('-c', 'maintenance.auto=false', 'fetch', '--quiet', '--refetch', '--no-filter');
  expect((await changedSince(git('rev-parse', 'HEAD~1'), { root, sources }, world)).ok).toBe(true);
});
