import { describe, expect, it } from 'vitest';
import { lockedInstall } from '../../../src/definitions/locked-install.ts';
import { workspaceInstall } from '../../../src/definitions/workspace-modules.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

type Texts = Readonly<Record<string, string>>;

const filesOf = (texts: Texts): MemoryFiles =>
  new MemoryFiles(
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/p/${name}`, text])),
  );
/** What is read beside lockfile and manifests. */
const besides = (texts: Texts): readonly string[] | undefined =>
  lockedInstall('/p', 'node', filesOf(texts))?.lockfiles.filter(
    (name) => !/lock|package\.json|workspace\.yaml|yarnrc/.test(name),
  );
const npm = (manifest: unknown): Texts => ({
  'package-lock.json': '{}',
  'package.json': JSON.stringify(manifest),
});

describe('what a package manager of Node reads beside its lockfile', () => {
  it('are packages that lie in the repository, inside of the folder, and no addresses', () => {
    const dependencies = {
      ...{ a: 'file:vendor/a-1.0.tgz', b: './vendor/b.tar.gz', c: 'file:../out.tgz' },
      ...{ d: 'https://host/d.tgz', e: 'file:vendor/none.tgz', f: '^1.0.0', g: 7 },
    };
    const overrides = { f: { h: 'file:vendor/h.tgz' } };
    const there = { 'vendor/a-1.0.tgz': '', 'vendor/b.tar.gz': '', 'vendor/h.tgz': '' };
    expect(besides({ ...npm({ dependencies, overrides }), ...there })).toEqual([
      ...['vendor/a-1.0.tgz', 'vendor/b.tar.gz', 'vendor/h.tgz'],
    ]);
  });

  it('are patches: of patch-package, pnpm in both places, Bun, and Yarn', () => {
    const patches = { 'patches/a+1.0.0.patch': '', 'patches/b.patch': '' };
    const all = Object.keys(patches);
    const patchPackage = { scripts: { postinstall: 'npx patch-package && x' } };
    expect(besides({ ...npm(patchPackage), ...patches })).toEqual(all);
    const elsewhere = { scripts: { postinstall: 'patch-package --patch-dir fixes' } };
    expect(besides({ ...npm(elsewhere), ...patches, 'fixes/c.patch': '' })).toEqual([
      'fixes/c.patch',
    ]);
    const pnpm = { pnpm: { patchedDependencies: { b: 'patches/b.patch' } } };
    const lock = { 'pnpm-lock.yaml': '' };
    expect(besides({ ...lock, 'package.json': JSON.stringify(pnpm), ...patches })).toEqual([
      'patches/b.patch',
    ]);
    const workspace = { 'pnpm-workspace.yaml': 'patchedDependencies:\n  b: patches/b.patch\n' };
    expect(besides({ ...lock, 'package.json': '{}', ...workspace, ...patches })).toEqual([
      'patches/b.patch',
    ]);
    const yarn = {
      resolutions: { 'b@1': 'patch:b@npm%3A1.0.0#~/.yarn/patches/b-npm-1.0.0-0a.patch' },
    };
    const berry = { 'yarn.lock': '__metadata:\n', '.yarnrc.yml': 'nodeLinker: node-modules\n' };
    const own = { '.yarn/patches/b-npm-1.0.0-0a.patch': '' };
    expect(besides({ ...berry, 'package.json': JSON.stringify(yarn), ...own })).toEqual(
      Object.keys(own),
    );
  });

  it('are those of each package of a workspace, from where it lies', () => {
    const files = filesOf({
      ...npm({ workspaces: ['packages/*'] }),
      'packages/a/package.json': '{"dependencies":{"x":"file:./x.tgz"}}',
      'packages/a/x.tgz': '',
    });
    expect(workspaceInstall('packages/a', 'node', { root: '/p', files })?.lockfiles).toEqual([
      ...['package-lock.json', 'package.json', 'packages/a/package.json', 'packages/a/x.tgz'],
    ]);
  });

  it('is nothing more where a manifest cannot be read', () => {
    expect(besides({ 'package-lock.json': '{}', 'package.json': '{' })).toEqual([]);
    const broken = { 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'a: [', 'package.json': '[]' };
    expect(besides(broken)).toEqual([]);
  });
});
