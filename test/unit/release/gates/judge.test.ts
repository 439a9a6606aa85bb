import { describe, expect, it } from 'vitest';
import type { ModuleGates } from '../../../../src/model/gates.ts';
import { changedLines } from '../../../../src/release/gates/changed-lines.ts';
import { readCoverage } from '../../../../src/release/gates/coverage.ts';
import { judgeGates, type GateFacts } from '../../../../src/release/gates/judge.ts';
import { readTestCases, readTestCounts } from '../../../../src/release/gates/test-counts.ts';
import { xmlTags } from '../../../../src/release/gates/xml-tags.ts';

const LCOV = `TN:
SF:src/a.ts
FN:1,go
DA:1,3
DA:2,0
DA:3,1
end_of_record
SF:/app/api/src/b.ts
DA:7,0
end_of_record
`;
const GO = `mode: set
example.com/api/store/store.go:3.20,5.2 2 1
example.com/api/store/store.go:7.20,8.2 1 0
`;
const COBERTURA = `<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "x">
<coverage line-rate="0.5"><sources><source>.</source></sources><packages><package name="p"><classes>
<class name="a" filename="src/a.py"><lines><line number="1" hits="2"/><line number="2" hits="0" branch="false"/></lines></class>
<!-- <class filename="src/no.py"><line number="1" hits="0"/></class> -->
</classes></package></packages></coverage>`;
const JACOCO = `<?xml version="1.0"?><report name="api"><sessioninfo id="h" start="1" dump="2"/>
<package name="com/example"><class name="com/example/A"><counter type="LINE" missed="1" covered="1"/></class>
<sourcefile name="A.java"><line nr="5" mi="0" ci="3" mb="0" cb="0"/><line nr="6" mi="2" ci="0" mb="0" cb="0"/></sourcefile>
</package></report>`;

const lines = (text: string) =>
  [...(readCoverage(text, '/app/api') ?? [])].map(([file, hits]) => ({
    file,
    hits: Object.fromEntries(hits),
  }));

describe('reports of coverage', () => {
  it.each([
    {
      format: 'lcov',
      text: LCOV,
      is: [
        { file: 'src/a.ts', hits: { 1: 3, 2: 0, 3: 1 } },
        { file: 'src/b.ts', hits: { 7: 0 } },
      ],
    },
    {
      format: 'Go',
      text: GO,
      is: [{ file: 'example.com/api/store/store.go', hits: { 3: 1, 4: 1, 5: 1, 7: 0, 8: 0 } }],
    },
    { format: 'cobertura', text: COBERTURA, is: [{ file: 'src/a.py', hits: { 1: 2, 2: 0 } }] },
    {
      format: 'JaCoCo',
      text: JACOCO,
      is: [{ file: 'com/example/A.java', hits: { 5: 3, 6: 0 } }],
    },
  ])('$format, also with the line ends of Windows', ({ text, is }) => {
    expect(lines(text)).toEqual(is);
    expect(lines(text.replaceAll('\n', '\r\n'))).toEqual(is);
  });

  it.each(['', 'hello', '<html></html>', 'TN:\n', 'mode: set\n', '<coverage></coverage>'])(
    'that say nothing are none: %j',
    (text) => {
      expect(readCoverage(text, '/app/api')).toBeUndefined();
    },
  );

  it('read a line that several tests report as often as it ran at most', () => {
    expect(lines('SF:a.js\nDA:1,2\nend_of_record\nSF:a.js\nDA:1,0\nend_of_record\n')).toEqual([
      { file: 'a.js', hits: { 1: 2 } },
    ]);
  });
});

describe('tags', () => {
  it('have their attributes, and what is only text is none', () => {
    const text = `<a b="1 &lt; 2 &amp;amp;" c='"'><![CDATA[<d e="f"/>]]><g/>&lt;h/&gt;</a>`;
    expect(xmlTags(text).map(({ name, attributes }) => [name, ...attributes])).toEqual([
      ['a', ['b', '1 < 2 &amp;'], ['c', '"']],
      ['g'],
    ]);
  });

  it('are read in time that grows with the text', () => {
    expect(xmlTags(`<a ${'b="1" '.repeat(50_000)}`)).toEqual([]);
    expect(xmlTags('<!--'.repeat(20_000))).toEqual([]);
  });
});

/** coverage.py's and others' for a folder below the module. */
const fromBelow = (source: string, ...names: readonly string[]): string =>
  `<coverage><sources><source>${source}</source></sources>${names
    .map(
      (name, hits) => `<class filename="${name}"><line number="1" hits="${String(hits)}"/></class>`,
    )
    .join('')}</coverage>`;

describe('files of a report that names them from a folder below', () => {
  const changed = new Map([['src/shop/orders/models.py', [1]]]);
  const verdict = (text: string) =>
    gates(
      { coverage: { ...coverage, changed: 100 } },
      { reports: new Map([[coverage.report, text]]), changed },
    )[0];

  it('are where it says that folder to be', () => {
    expect(lines(fromBelow('/app/api/src/shop', 'models.py'))).toMatchObject([
      { file: 'src/shop/models.py' },
    ]);
    expect(lines(fromBelow('/elsewhere', '/app/api/a.py'))).toMatchObject([{ file: 'a.py' }]);
    // Of several nobody knows which.
    const two = fromBelow('/one</source><source>/two', 'models.py');
    expect(lines(two)).toMatchObject([{ file: 'models.py' }]);
  });

  it('are not taken for others of their name', () => {
    expect(verdict(fromBelow('/app/api/src/shop', 'orders/models.py', 'models.py'))).toMatchObject({
      passed: false,
      where: ['src/shop/orders/models.py:1'],
    });
    // One that no test has loaded is not covered, though another one of its name is.
    expect(verdict(fromBelow('/app/api/src/shop', 'x.py', 'models.py'))?.passed).toBe(false);
    const unsaid = fromBelow('.', 'orders/models.py', 'models.py');
    expect(verdict(unsaid)).toMatchObject({ passed: false });
  });
});

it('characters by their number are read as such', () => {
  const [tag] = xmlTags('<a name="it&#39;s &#x1F600; &amp;#39; &#x110000; &nbsp;"/>');
  expect(tag?.attributes.get('name')).toBe("it's \u{1F600} &#39; &#x110000; &nbsp;");
});

describe('changed lines', () => {
  it('are those that were added, but for blank ones, by the name that a file has now', () => {
    const diff = `diff --git src/a.ts src/a.ts
--- src/a.ts
+++ src/a.ts
@@ -2 +2,3 @@ function
-old
+one
+
+++ b/three
@@ -9,2 +10,0 @@
--- x
-y
diff --git gone.ts gone.ts
--- gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git my file.ts my file.ts
--- /dev/null
+++ my file.ts\t
@@ -0,0 +1 @@
+new
\\ No newline at end of file
`;
    expect([...changedLines(diff)]).toEqual([
      ['src/a.ts', [2, 4]],
      ['my file.ts', [1]],
    ]);
  });
});

const JUNIT = `<testsuites tests="99"><testsuite name="s" tests="3"><testcase name="a"/>
<testcase name="b"><skipped/></testcase><testcase name="c"><system-out><![CDATA[<failure/>]]></system-out></testcase>
</testsuite></testsuites>`;

describe('tests of a report', () => {
  it('have their class in front, and one outcome', () => {
    const text =
      '<testsuites><testcase classname="a.B" name="c &gt; d"><failure/><error/></testcase><testcase name="e"/></testsuites>';
    expect(readTestCases(text)).toEqual([
      { name: 'a.B › c > d', outcome: 'failed' },
      { name: 'e', outcome: 'passed' },
    ]);
  });
});

describe('counts of tests', () => {
  it('come from the cases', () => {
    expect(readTestCounts(JUNIT)).toEqual({ ran: 2, failed: 0, skipped: 1 });
    const failed = JUNIT.replace('<skipped/>', '<failure message="x"/><error/>');
    expect(readTestCounts(failed)).toEqual({ ran: 3, failed: 1, skipped: 0 });
    expect(readTestCounts('<coverage/>')).toBeUndefined();
  });
});

const coverage = { report: 'lcov.info', total: undefined, changed: undefined, except: [] };
const NONE: ModuleGates = {
  ...{ coverage: undefined, tests: undefined, sizeBytes: undefined, duplicates: undefined },
  ...{ licences: undefined, vulnerabilities: undefined, problems: undefined },
};
const FACTS: GateFacts = {
  reports: new Map([
    ['lcov.info', LCOV],
    ['junit.xml', JUNIT],
  ]),
  folder: '/app/api',
  changed: new Map(),
  imageBytes: 2_000_000,
  problems: { now: [], before: [] },
  ...{ flaky: [], duplicates: undefined, packages: undefined, database: undefined },
};
const gates = (some: Partial<ModuleGates>, facts: Partial<GateFacts> = {}) =>
  judgeGates({ ...NONE, ...some }, { ...FACTS, ...facts });

describe('gates', () => {
  it('say how much is covered, where not, and how to pass', () => {
    expect(gates({ coverage: { ...coverage, total: 50 } })).toMatchObject([
      { gate: 'coverage', passed: true, what: '50 % of 4 lines are covered, 50 % are wanted' },
    ]);
    expect(gates({ coverage: { ...coverage, total: 50.1 } })).toEqual([
      {
        gate: 'coverage',
        passed: false,
        what: '50 % of 4 lines are covered, 50.1 % are wanted',
        where: ['src/a.ts:2', 'src/b.ts:7'],
        cure: 'Write tests for these lines',
      },
    ]);
    const [verdict] = gates({ coverage: { ...coverage, total: 60, except: ['src/b.*'] } });
    expect(verdict).toMatchObject({ passed: true });
  });

  it.each([
    { change: { 'src/a.ts': [1, 3] }, passed: true, where: [] },
    { change: { 'src/a.ts': [1, 2, 3] }, passed: false, where: ['src/a.ts:2'] },
    { change: { 'src/a.ts': [90] }, passed: true, where: [] },
    { change: { 'src/new.ts': [1, 2, 3, 9] }, passed: false, where: ['src/new.ts:1-3, 9'] },
    {
      change: { 'src/new.test.ts': [1], 'README.md': [1], 'a.d.ts': [1] },
      passed: true,
      where: [],
    },
    { change: {}, passed: true, where: [] },
  ])('count changed lines alone: $change', ({ change, passed, where }) => {
    const changed = new Map(Object.entries(change));
    const gate = { ...coverage, changed: 80 };
    expect(gates({ coverage: gate }, { changed })).toMatchObject([{ passed, where }]);
  });

  it.each([
    { text: GO, file: 'store/store.go', bad: 7 },
    { text: JACOCO, file: 'src/main/java/com/example/A.java', bad: 6 },
  ])('find $file by the name that the report has for it', ({ text, file, bad }) => {
    const reports = new Map([['lcov.info', text]]);
    const changed = new Map([[file, [bad]]]);
    const gate = { ...coverage, changed: 1 };
    expect(gates({ coverage: gate }, { reports, changed })).toMatchObject([
      { passed: false, where: [`${file}:${String(bad)}`] },
    ]);
  });

  it('fail without their report, or with one that is none', () => {
    const both: Partial<ModuleGates> = {
      coverage: { ...coverage, total: 0, changed: 0 },
      tests: { report: 'junit.xml', least: 0, skipped: undefined, flaky: undefined },
    };
    expect(gates(both, { reports: new Map() })).toMatchObject([
      { gate: 'coverage', passed: false, what: 'lcov.info is not there' },
      { gate: 'tests', passed: false, what: 'junit.xml is not there' },
    ]);
    const swapped = new Map([
      ['lcov.info', JUNIT],
      ['junit.xml', LCOV],
    ]);
    expect(gates(both, { reports: swapped })).toMatchObject([
      { passed: false, what: 'lcov.info is no report of coverage' },
      { passed: false, what: 'junit.xml is no JUnit report' },
    ]);
  });

  it.each([
    { least: 2, skipped: 1, passed: true },
    { least: 3, skipped: undefined, passed: false },
    { least: 1, skipped: 0, passed: false },
  ])('count tests: at least $least, at most $skipped skipped', ({ least, skipped, passed }) => {
    expect(
      gates({ tests: { report: 'junit.xml', least, skipped, flaky: undefined } }),
    ).toMatchObject([{ passed }]);
  });

  it('name flaky tests, whether they may be there or not', () => {
    const tests = { report: 'junit.xml', least: 0, skipped: undefined };
    const verdicts = (most: number | undefined, flaky: readonly string[]) =>
      gates({ tests: { ...tests, flaky: most } }, { flaky }).slice(1);
    expect(verdicts(undefined, [])).toEqual([]);
    expect(verdicts(0, [])).toMatchObject([{ gate: 'flaky tests', passed: true }]);
    expect(verdicts(undefined, ['a › b'])).toMatchObject([{ passed: true, where: ['a › b'] }]);
    expect(verdicts(1, ['a', 'b'])).toMatchObject([{ passed: false, where: ['a', 'b'] }]);
  });

  it('measure the image', () => {
    expect(gates({ sizeBytes: 2_000_000 })).toMatchObject([{ passed: true }]);
    expect(gates({ sizeBytes: 1_999_999 })).toMatchObject([
      { passed: false, what: 'the image has 2.0 MB, 2.0 MB are allowed' },
    ]);
    expect(gates({ sizeBytes: 1 }, { imageBytes: undefined })).toMatchObject([{ passed: false }]);
  });
});
