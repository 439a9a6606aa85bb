import { afterAll, expect, it } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { commitAll } from '../support/commit-all.ts';
import { rigForSuite } from '../support/rig.ts';

const packageJson = (name: string, more: object): string =>
  JSON.stringify({ name, version: '1.0.0', ...more });

/** A package with a hook of git's, one that lies in the repository, and nothing of a registry. */
const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
modules:
  api:
    image: node
    test: |
      node -e "require('greet')"
      ls tests
    run: node -e "console.log(require('greet')); setInterval(() => {}, 1e6)"
pipeline:
  smoke: { kill: false }
  stages:
    docs: { image: node, reads: [docs], run: mkdir site && cp docs/a site/, artifact: site }
    look: { module: api, after: docs, run: cat ../site/a }
`,
    'docs/a': 'from docs\n',
    'packages/greet/package/package.json': packageJson('greet', { main: 'index.js' }),
    'packages/greet/package/index.js': "module.exports = 'hello of greet';\n",
    'packages/husky/package/package.json': packageJson('husky', { bin: { husky: 'husky.js' } }),
    'packages/husky/package/husky.js': '#!/usr/bin/env node\n',
    'api/package.json': packageJson('api', {
      scripts: { prepare: 'husky' },
      dependencies: { greet: 'file:vendor/greet.tgz' },
      devDependencies: { husky: 'file:vendor/husky.tgz' },
    }),
    'api/tests/one': '',
    'api/.gitattributes': 'tests export-ignore\n',
    '.gitignore': '.dev/\nnode_modules/\npackages/\ndev.settings.yaml\n',
  },
});

afterAll(() => removeBakedImages(suite().name));

it('packages of the repository are in images, hooks of git are nobody’s business there', async () => {
  const script = `
    set -e
    git init --quiet --initial-branch=main
    mkdir -p api/vendor
    chmod +x packages/husky/package/husky.js
    for one in greet husky; do tar -C packages/$one -czf api/vendor/$one.tgz package; done
    cd api && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --offline
  `;
  const made = await suite().run(['sh', '-c', script]);
  expect(made.status, suite().transcript()).toBe(0);
  await commitAll(suite());
  const done = await suite().dev(['--yes', 'ci']);
  expect(done.status, suite().transcript()).toBe(0);
  const { folder } = suite().places().delivery;
  const logs = await suite().run([
    'sh',
    '-c',
    'cat "$0"/runs/*/logs/smoke-*api* "$0"/runs/*/logs/look-api.log',
    folder,
  ]);
  expect(logs.stdout).toContain('hello of greet');
  expect(logs.stdout).toContain('from docs');
});

it('a check whose first line fails has failed', async () => {
  suite().write('api/tests/one', 'again\n');
  suite().write(
    'dev.yaml',
    suite().read('dev.yaml').replace("require('greet')\"\n      ls", "throw 'no'\"\n      ls"),
  );
  await commitAll(suite());
  const failed = await suite().dev(['--yes', 'ci', 'test']);
  expect(failed.status, suite().transcript()).toBe(1);
  expect(failed.stderr).toContain('test api failed');
});
