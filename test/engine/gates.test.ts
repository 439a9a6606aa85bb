import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const LCOV = 'TN:\nSF:src/main.mjs\nDA:1,1\nDA:2,1\nend_of_record\n';
const JUNIT = '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>\n';
const MAIN = 'const word = "hello";\nconsole.log(word);\n';
const GATES = `
  api:
    coverage: { report: out/lcov.info, total: 80, changed: 80 }
    tests: { report: out/junit.xml, least: 2, skipped: 0 }
    size: SIZE
    problems: { new: 0 }
    duplicates: { most: 20 }
    licences: { allow: [MIT, ISC] }
    vulnerabilities: { database: osv.json }`;
const LOCK = (licence: string): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      'node_modules/dep': { version: '1.0.0', license: licence },
      'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
    },
  });
/** Production has one more, which no lockfile tells. */
const INSTALL = `mkdir -p node_modules/other && echo '{"name":"other","version":"2.0.0","license":"ISC"}' > node_modules/other/package.json`;
/** What only development has is as weak, and fails nothing. */
const WEAKNESS = (fixed: string): string =>
  JSON.stringify({
    id: 'GHSA-any',
    modified: '2024-01-01T00:00:00Z',
    summary: 'it lets everybody in',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'other' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
      { package: { ecosystem: 'npm', name: 'tool' }, versions: ['1.0.0'] },
    ],
  });
const TWICE = Array.from(
  { length: 12 },
  (_, at) => `    value_${String(at)} = compute(${String(at)}, word)`,
);

/** The test writes what lies beside it: as a real one would, and as the case wants it. */
const definition = (size = '3GB', lint = 'cat lint.txt') =>
  `
name: any
pipeline: { smoke: false }
modules:
  api:
    image: node
    install:
      run: 'true'
      lockfiles: [package-lock.json, package.json]
      directories: node_modules
      production: >-
        ${INSTALL}
    test: mkdir -p out && cp reports/* out/
    lint: { run: LINT, pattern: '^(?<file>[^:]+):(?<line>[0-9]+): (?<message>.*)$' }
    run: node src/main.mjs
    artifact: [src]
gates:${GATES.replace('SIZE', size)}
`.replace('LINT', lint);

const GOOD: Readonly<Record<string, string>> = {
  'dev.yaml': definition(),
  'api/src/main.mjs': MAIN,
  'api/reports/lcov.info': LCOV,
  'api/reports/junit.xml': JUNIT,
  'api/package-lock.json': LOCK('MIT'),
  'api/package.json': '{}',
  'api/lint.txt': 'src/main.mjs:1: this was there\n',
  'osv.json': WEAKNESS('2.0.0'),
};

const suite = rigForSuite({
  files: { ...GOOD, '.gitignore': '.dev/\nout/\ndev.settings.yaml\nosv.json\n' },
});

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args];
  const done = await suite().run(argv);
  expect(done.status, suite().transcript()).toBe(0);
};
async function commit() {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', 'any');
}
/** With the suite's own name in it. */
let named = (text: string): string => text;
const write = (path: string, text: string): void =>
  writeFileSync(suite().path(path), path === 'dev.yaml' ? named(text) : text);

async function ci(...args: readonly string[]) {
  const done = await suite().dev(['--yes', 'ci', ...args]);
  return { ...done, all: done.stdout + done.stderr };
}

beforeAll(async () => {
  named = (text) => text.replace('name: any', `name: ${suite().name}`);
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit();
  // The first of all is compared with nothing, and what its lint says is new.
  await commit();
}, 60_000);

afterAll(async () => {
  const filter = `label=dev.onestack.project=${suite().name}`;
  const listed = await runProgram(['docker', 'images', '--quiet', '--filter', filter]);
  const left = [...new Set(listed.stdout.split('\n').filter((id) => id !== ''))];
  if (left.length > 0) await runProgram(['docker', 'rmi', '--force', ...left]);
});

describe('gates', () => {
  it('pass once, and are not looked at again for the same commit', async () => {
    const first = await ci();
    expect(first.status, suite().transcript()).toBe(0);
    const plan = await ci('--plan');
    expect(plan.stdout).toMatch(/gate api: kept from [0-9a-f]{7}/);
    expect((await ci()).stdout).toContain('nothing to do');
  });

  it.each([
    {
      gate: 'coverage',
      path: 'api/reports/lcov.info',
      text: LCOV.replace('DA:1,1', 'DA:1,0').replace('DA:2,1', 'DA:2,0'),
      says: ['0 % of 2 lines', 'src/main.mjs:1-2', 'Write tests'],
    },
    {
      gate: 'changed lines',
      path: 'api/src/other.mjs',
      text: 'export const other = 1;\n',
      says: ['0 % of 1 changed lines', 'src/other.mjs:1', 'Write tests'],
    },
    {
      gate: 'tests',
      path: 'api/reports/junit.xml',
      text: JUNIT.replace('<testcase name="b"/>', ''),
      says: ['1 tests ran', '2 have to run', 'out/junit.xml'],
    },
    {
      gate: 'tests',
      path: 'api/reports/junit.xml',
      text: JUNIT.replace('"b"/>', '"b"><skipped/></testcase>'),
      says: ['1 were skipped'],
    },
    {
      gate: 'tests',
      path: 'api/reports/junit.xml',
      text: undefined,
      says: ['out/junit.xml is not there', 'JUnit’s XML'],
    },
    { gate: 'size', path: 'dev.yaml', text: definition('1MB'), says: ['1.0 MB are allowed'] },
    {
      gate: 'problems',
      path: 'api/lint.txt',
      text: 'src/main.mjs:2: this is new\nsrc/main.mjs:1: this was there\n',
      says: ['1 new problems', 'api/src/main.mjs:2: this is new', 'what was there may stay'],
    },
    {
      gate: 'duplicates',
      path: 'api/src/twice.py',
      text: ['def a(word):', ...TWICE, 'def b(word):', ...TWICE, ''].join('\n'),
      says: ['src/twice.py:1-13 as src/twice.py:14-26', 'one place'],
    },
    {
      gate: 'licences',
      path: 'api/package-lock.json',
      text: LOCK('GPL-3.0-only'),
      says: ['1 of 2 packages', 'dep@1.0.0: GPL-3.0-only'],
    },
    {
      gate: 'vulnerabilities',
      path: 'osv.json',
      text: WEAKNESS('2.0.1'),
      says: [
        '1 known weaknesses in 2 packages',
        'other@2.0.0: GHSA-any, critical, mended in 2.0.1: it lets everybody in',
      ],
    },
    { gate: 'vulnerabilities', path: 'osv.json', text: undefined, says: ['osv.json is not there'] },
  ])('$gate alone breaks, and says so: $says', async ({ gate, path, text, says }) => {
    if (text === undefined) rmSync(suite().path(path));
    else write(path, text);
    await commit();
    const failed = await ci();
    expect(failed.status, suite().transcript()).toBe(1);
    expect(failed.all).toContain(`api does not pass: ${gate}\n`);
    for (const part of says) expect(failed.all).toContain(part);
    const good = GOOD[path];
    if (good === undefined) rmSync(suite().path(path));
    else write(path, good);
    await commit();
  });

  it('name a test that came out both ways for the same commit, though it passes now', async () => {
    // What is no part of the commit lets it fail once.
    const once = '/var/cache/onestack/ran-once';
    const failing = `sed -i 's#"b"/>#"b"><failure/></testcase>#' out/junit.xml`;
    const flaky = `mkdir -p out && cp reports/* out/ && { test -e ${once} || { touch ${once}; ${failing}; false; }; }`;
    write('dev.yaml', definition().replace('mkdir -p out && cp reports/* out/', flaky));
    await commit();
    const failed = await ci();
    expect(failed.status, suite().transcript()).toBe(1);
    const passes = await ci();
    expect(passes.status, suite().transcript()).toBe(0);
    const told = 'api: flaky, failed and passed with the same sources: b';
    expect(passes.all).toContain(told);
    // Nor is it forgotten when nothing has to be done.
    expect((await ci()).all).toContain(told);
    const report = await suite().dev(['report', '--json']);
    const page = JSON.parse(report.stdout) as { flaky: readonly object[] };
    expect(page.flaky).toContainEqual(
      expect.objectContaining({ id: 'test:api', failed: 1, passed: 1 }),
    );
  });

  it('compare with a commit whose own lint failed, which is run once', async () => {
    write('dev.yaml', definition('3GB', 'cat lint.txt; exit 1'));
    await commit();
    write('dev.yaml', definition('3GB', 'cat lint.txt || true'));
    await commit();
    expect((await ci('--plan')).all).toMatch(/before it, lint of api at [0-9a-f]{7}/);
    const good = await ci();
    expect(good.status, suite().transcript()).toBe(0);
    expect(good.all).toContain('they run there first, as gates compare with it');
    expect(good.all).toMatch(/✗ lint api of [0-9a-f]{7}/);
    write('dev.yaml', definition('4GB', 'cat lint.txt || true'));
    await git('add', '--all');
    await git('commit', '--quiet', '--amend', '--no-edit');
    expect((await ci('--plan')).all).not.toContain('before it');
    const again = await ci();
    expect(again.status, suite().transcript()).toBe(0);
    expect(again.all).not.toContain('lint api of');
  });

  it('are told with their place when nothing could pass them', async () => {
    write('dev.yaml', definition().replace('test: mkdir -p out && cp reports/* out/', ''));
    await commit();
    const told = await ci('--plan');
    expect(told.status).not.toBe(0);
    expect(told.all).toContain('api has no test that could write out/lcov.info');
    expect(told.all).toMatch(/dev\.yaml:\d+:\d+/);
  });
});
