import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function directories(code: Readonly<Record<string, string>>, path = 'm'): readonly string[] {
  const files = new MemoryFiles({
    '/p/dev.yaml': `name: shop\nmodules: { m: { image: node, path: ${path} } }\n`,
    [`/p/${path}/x`]: '',
  });
  for (const [name, text] of Object.entries(code)) files.put(`/p/${name}`, text);
  const project = loadProject('/p', { files });
  if (!project.ok) throw new Error(JSON.stringify(project.failure));
  return project.value.modules[0]?.install?.directories ?? [];
}

describe('the folder that packages are installed into', () => {
  it.each([
    [
      { 'm/pnpm-lock.yaml': '', 'm/.npmrc': 'registry=x\nmodules-dir = "deps/js/" ; ours\n' },
      'deps/js',
    ],
    [{ 'm/pnpm-lock.yaml': '', 'm/pnpm-workspace.yaml': 'modulesDir: deps # ours\n' }, 'deps'],
    [{ 'm/yarn.lock': '', 'm/.yarnrc': '# x\n--modules-folder "./deps"\n' }, 'deps'],
    [{ 'm/yarn.lock': '', 'm/.yarnrc': '--install.modules-folder deps\n' }, 'deps'],
  ])('is the one that %j names', (code, expected) => {
    expect(directories(code)).toEqual([expected]);
  });

  it.each([
    { 'm/pnpm-lock.yaml': '', 'm/.npmrc': '#modules-dir=deps\nx-modules-dir=deps\n' },
    // npm knows nothing of it.
    { 'm/package-lock.json': '', 'm/.npmrc': 'modules-dir=deps\n' },
    { 'm/pnpm-lock.yaml': '', 'm/.npmrc': 'modules-dir=../deps\n' },
    { 'm/pnpm-lock.yaml': '', 'm/.npmrc': 'modules-dir=/deps\n' },
    { 'm/pnpm-lock.yaml': '', 'm/.npmrc': 'modules-dir=.\n' },
    { 'm/yarn.lock': '', 'm/.yarnrc': '' },
  ])('is node_modules for %j', (code) => {
    expect(directories(code)).toEqual(['node_modules']);
  });

  it('is one for each package of a workspace', () => {
    const code = {
      'package.json': '{}',
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: ["a/*"]\n',
      '.npmrc': 'modules-dir=deps\n',
      'a/m/package.json': '{}',
      'a/n/package.json': '{}',
    };
    expect(directories(code, 'a/m')).toEqual(['deps', 'a/m/deps', 'a/n/deps']);
  });
});
