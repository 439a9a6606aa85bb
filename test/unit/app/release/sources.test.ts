import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { commitVersion } from '../../../../src/app/release/commit-version.ts';
import { exportSources } from '../../../../src/app/release/export-sources.ts';
import { readSources, uncommitted } from '../../../../src/app/release/read-sources.ts';
import { workingTreeCommit } from '../../../../src/app/release/working-tree.ts';

describe('what a commit holds of a project', () => {
  const repository = mkdtempSync(join(tmpdir(), 'ostest-git-'));
  afterAll(() => rmSync(repository, { recursive: true, force: true }));
  const world = createWorld(repository, '0');
  const git = (...args: readonly string[]): void => {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    execFileSync('git', [...author, ...args], { cwd: repository, stdio: 'ignore' });
  };

  it.each(['', 'apps/shop'])('is laid out from the folder "%s" of a repository', async (below) => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, below);
    mkdirSync(join(root, 'api'), { recursive: true });
    writeFileSync(join(root, 'api/main.ts'), 'first');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message=first');
    writeFileSync(join(root, 'api/main.ts'), 'not committed');
    const sources = await readSources(root, world);
    if (!sources.ok) throw new Error(sources.failure.what);
    expect(sources.value.files.map(({ path }) => path)).toContain('api/main.ts');
    const folder = mkdtempSync(join(tmpdir(), 'ostest-export-'));
    try {
      const laid = await exportSources(sources.value, { root, folder }, world);
      expect(laid).toEqual({ ok: true, value: undefined });
      expect(readFileSync(join(folder, 'api/main.ts'), 'utf8')).toBe('first');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** The same machine, with settings of git as a person has them for all of hers. */
  const withSettings = (settings: Readonly<Record<string, string>>) => {
    const pairs = Object.entries(settings);
    const own = pairs.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${String(index)}`, key],
      [`GIT_CONFIG_VALUE_${String(index)}`, value],
    ]);
    const named = Object.fromEntries(own) as Readonly<Record<string, string>>;
    const environment = { ...world.host.environment, ...named };
    const host = {
      ...world.host,
      environment: { ...environment, GIT_CONFIG_COUNT: String(pairs.length) },
    };
    return { ...world, host };
  };

  const exported = async (
    root: string,
    {
      paths = [],
      on = world,
    }: { readonly paths?: readonly string[]; readonly on?: typeof world } = {},
  ) => {
    const sources = await readSources(root, on);
    if (!sources.ok) throw new Error(sources.failure.what);
    const folder = join(mkdtempSync(join(tmpdir(), 'ostest-export-')), 'src');
    const laid = await exportSources(sources.value, { root, folder, paths }, on);
    const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
    return { sources: sources.value, laid, folder, text };
  };

  it('is the same files on every machine, and those that an archive would leave out or fill in', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, 'same');
    mkdirSync(join(root, 'tests'), { recursive: true });
    writeFileSync(join(root, 'start.sh'), '#!/bin/sh\ntrue\n', { mode: 0o755 });
    writeFileSync(join(root, 'tests/all.txt'), 'a test');
    writeFileSync(join(root, 'version.txt'), '$Format:%H$');
    writeFileSync(join(root, '.gitattributes'), 'tests export-ignore\nversion.txt export-subst\n');
    symlinkSync('start.sh', join(root, 'link'));
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message=first');
    const settings = {
      ...{ 'core.autocrlf': 'true', 'core.eol': 'crlf', 'core.symlinks': 'false' },
      ...{ 'tar.umask': '0077', 'core.sparseCheckout': 'true' },
    };
    const { sources, laid, folder, text } = await exported(root, { on: withSettings(settings) });
    expect(laid).toEqual({ ok: true, value: undefined });
    expect(text('start.sh')).toBe('#!/bin/sh\ntrue\n');
    expect(text('tests/all.txt')).toBe('a test');
    expect(text('version.txt')).toBe('$Format:%H$');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    for (const path of ['start.sh', 'link', 'tests']) {
      expect(lstatSync(join(folder, path)).mtimeMs / 1000).toBe(sources.committedAtSeconds);
    }
    expect(readdirSync(join(folder, '..'))).toEqual(['src']);
    rmSync(join(folder, '..'), { recursive: true });
  });

  it('can be a part of it, and what the commit does not hold is told', async () => {
    const root = join(repository, 'same');
    const some = await exported(root, { paths: ['tests/', 'start.sh'] });
    expect(readdirSync(some.folder)).toEqual(['start.sh', 'tests']);
    rmSync(join(some.folder, '..'), { recursive: true });
    const none = await exported(root, { paths: ['docs'] });
    expect(none.laid).toMatchObject({
      failure: { what: expect.stringMatching(/^there is no docs in the commit/) as string },
    });
    rmSync(join(none.folder, '..'), { recursive: true });
  });

  it('is refused with pointers of git-lfs in the place of contents, by attributes above the project, too', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, 'large');
    mkdirSync(join(root, 'models'), { recursive: true });
    writeFileSync(join(repository, '.gitattributes'), '*.bin filter=lfs\n');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`;
    for (const name of ['a.bin', 'b.bin', 'of-a-test.txt']) {
      writeFileSync(join(root, 'models', name), pointer);
    }
    git('init', '--quiet');
    git('-c', 'filter.lfs.clean=cat', 'add', '--all');
    git('commit', '--quiet', '--message=first');
    const { laid, folder } = await exported(root);
    expect(laid).toMatchObject({
      failure: {
        what: 'models/a.bin is a pointer of git-lfs here, not its contents, and 1 more like it',
      },
    });
    rmSync(join(folder, '..'), { recursive: true });
    rmSync(join(repository, '.gitattributes'));
  });

  it('is that of the folder, whatever repository a hook of git is run for', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const other = mkdtempSync(join(tmpdir(), 'ostest-other-'));
    execFileSync('git', ['init', '--quiet'], { cwd: other });
    writeFileSync(join(repository, 'own'), 'own');
    git('init', '--quiet');
    git('add', 'own');
    git('commit', '--quiet', '--message=first');
    const environment = {
      ...world.host.environment,
      ...{ GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, '.git/index') },
    };
    const inHook = { ...world, host: { ...world.host, environment } };
    const sources = await readSources(repository, inHook);
    expect(sources.ok && sources.value.files.map(({ path }) => path)).toEqual(['own']);
    expect(await uncommitted(repository, inHook)).toEqual({ ok: true, value: [] });
    rmSync(other, { recursive: true });
  });

  it('has the version that its tags say, however git shows lists to people', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message=first');
    git('tag', 'v1.0.0');
    git('tag', 'v1.1.0');
    const shown = withSettings({ 'column.ui': 'always', 'color.ui': 'always' });
    expect(await commitVersion(repository, shown)).toMatchObject({ value: { tag: 'v1.1.0' } });
  });

  it('can be the working tree as it is, which changes nothing in it', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, 'shop');
    mkdirSync(join(root, 'src'), { recursive: true });
    for (const name of ['kept', 'gone', 'src/changed']) writeFileSync(join(root, name), name);
    writeFileSync(join(root, '.gitignore'), 'ignored\n');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message=first');
    expect(await workingTreeCommit(root, world)).toEqual({ ok: true, value: undefined });
    writeFileSync(join(root, 'src/changed'), 'differs');
    writeFileSync(join(root, 'new'), 'nobody has added it');
    writeFileSync(join(root, 'ignored'), 'secret');
    rmSync(join(root, 'gone'));
    writeFileSync(join(repository, 'around'), 'another project');
    const before = execFileSync('git', ['status', '--porcelain'], { cwd: repository });
    const commit = await workingTreeCommit(root, world);
    if (!commit.ok || commit.value === undefined) throw new Error('no commit');
    const sources = await readSources(root, world, commit.value);
    if (!sources.ok) throw new Error(sources.failure.what);
    const paths = sources.value.files.map(({ path }) => path);
    expect(paths).toEqual(['.gitignore', 'kept', 'new', 'src/changed']);
    expect(await workingTreeCommit(root, world)).toEqual(commit);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: repository })).toEqual(before);
    const left = readdirSync(join(repository, '.git')).filter((name) => name.includes('onestack'));
    expect(left).toEqual([]);
  });

  it('is no working tree where git would run a program of the repository’s own for it', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, 'filtered');
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'a'), 'a');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message=first');
    const mark = join(repository, 'ran');
    writeFileSync(join(root, '.gitattributes'), '* filter=evil\n');
    git('config', 'filter.evil.clean', `touch ${mark}; cat`);
    expect(await workingTreeCommit(root, world)).toMatchObject({
      ok: false,
      failure: { what: expect.stringContaining('filter.evil.clean') as string },
    });
    expect(existsSync(mark)).toBe(false);
  });

  it('leaves out what differs, what was moved, and what nobody has added yet, which is told', async () => {
    rmSync(join(repository, '.git'), { recursive: true, force: true });
    const root = join(repository, 'told');
    mkdirSync(join(root, 'new'), { recursive: true });
    for (const name of ['kept', 'moved', 'changed']) writeFileSync(join(root, name), name);
    writeFileSync(join(root, '.gitignore'), 'ignored\n');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message=first');
    expect(await uncommitted(root, world, '.')).toEqual({ ok: true, value: [] });
    git('mv', 'told/moved', 'told/elsewhere');
    writeFileSync(join(root, 'changed'), 'differs');
    writeFileSync(join(root, 'ignored'), '');
    writeFileSync(join(root, 'new/main.ts'), '');
    writeFileSync(join(repository, 'beside'), '');
    const told = await uncommitted(root, world, '.');
    const paths = ['told/changed', 'told/elsewhere', 'told/moved', 'told/new/'];
    expect(told.ok && told.value.toSorted()).toEqual(paths);
    // A version is dirty by what git knows alone.
    const known = await uncommitted(repository, world);
    expect(known.ok && known.value.toSorted()).toEqual(paths.slice(0, 3));
  });
});
