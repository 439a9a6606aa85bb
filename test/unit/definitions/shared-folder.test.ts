import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

describe('several modules in one folder', () => {
  it('use the first one, which has the checks of the code', () => {
    const text = `
name: shop
modules:
  web: { image: node, path: app, compile: tsc, test: npm test, run: node web.js }
  worker: { image: node, path: ./app/, run: node worker.js }
  scheduler: { image: node, path: app, uses: [lib], run: node scheduler.js }
  lib: { image: node }
`;
    const files = new MemoryFiles({
      '/p/dev.yaml': text,
      '/p/app/package-lock.json': '{}',
      '/p/lib/x': '',
    });
    const project = loadProject('/p', { files });
    if (!project.ok) throw new Error(project.failure.map(({ what }) => what).join());
    const facts = project.value.modules.map(({ name, path, uses, checks, install }) => [
      name,
      path,
      uses.join(),
      checks.length,
      install?.run,
    ]);
    expect(facts).toEqual([
      ['web', 'app', '', 2, 'npm ci'],
      ['worker', 'app', 'web', 0, 'npm ci'],
      ['scheduler', 'app', 'web,lib', 0, 'npm ci'],
      ['lib', 'lib', '', 0, undefined],
    ]);
  });

  it('use the one with checks, wherever it stands', () => {
    const text = `
name: shop
modules:
  migrate: { image: node, path: app, run: node migrate.js }
  web: { image: node, path: app, test: npm test, run: node web.js }
`;
    const project = loadProject('/p', {
      files: new MemoryFiles({ '/p/dev.yaml': text, '/p/app/x': '' }),
    });
    if (!project.ok) throw new Error(project.failure.map(({ what }) => what).join());
    expect(project.value.modules.map(({ name, uses }) => `${name} ${uses.join()}`)).toEqual([
      'migrate web',
      'web ',
    ]);
  });
});
