import picomatch from 'picomatch';
import type { CoverageGate, ModuleGates, TestsGate } from '../../model/gates.ts';
import type { ChangedLines } from './changed-lines.ts';
import { COVERAGE_FORMATS, readCoverage, type Coverage } from './coverage.ts';
import { duplicatesVerdict, type Duplicates } from './duplicates.ts';
import { licencesVerdict, type ShippedPackage } from './licences.ts';
import { problemsVerdict, type LintProblem } from './problems.ts';
import { readTestCounts } from './test-counts.ts';
import { NO_SOURCE, passed, percent, type GateName, type Verdict } from './verdict.ts';
import { vulnerabilitiesVerdict } from './vulnerabilities.ts';

/** What is known of a module when its gates are looked at. */
export interface GateFacts {
  /** Contents of the reports, by path as `dev.yaml` names it. */
  readonly reports: ReadonlyMap<string, string>;
  /** Where the module lies in its container. */
  readonly folder: string;
  /** Of the module, relative to its folder; undefined when nobody asked. */
  readonly changed: ChangedLines | undefined;
  /** Bytes of its image; undefined when it has none. */
  readonly imageBytes: number | undefined;
  /** Tests that have failed with the very sources with which they passed now. */
  readonly flaky: readonly string[];
  /** What its lint says now, and what it said in the commit that this one is compared with. */
  readonly problems: {
    readonly now: readonly LintProblem[];
    readonly before: readonly LintProblem[];
  };
  /** Undefined when nobody asked. */
  readonly duplicates: Duplicates | undefined;
  /** What production has; undefined when nothing says it, or nobody asked. */
  readonly packages: readonly ShippedPackage[] | undefined;
  /** Contents of the database; undefined when it is not there, or nobody asked. */
  readonly database: string | undefined;
}

const MEGABYTE = 1_000_000;

/** `src/a.ts:3-5, 9`. */
function ranges(file: string, lines: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else spans.push([line, line]);
  }
  const text = spans.map(([from, to]) =>
    from === to ? String(from) : `${String(from)}-${String(to)}`,
  );
  return `${file}:${text.join(', ')}`;
}

/** The lines that a report has of a file: it may call it by a path from elsewhere, or by its package. */
function linesOf(file: string, coverage: Coverage): ReadonlyMap<number, number> | undefined {
  const exact = coverage.get(file);
  if (exact !== undefined) return exact;
  const names = [...coverage.keys()].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  // Of paths from elsewhere the nearest; of paths from a folder below, the one that has most of its own in common.
  const best =
    names.find((name) => name.endsWith(`/${file}`)) ??
    names.findLast((name) => file.endsWith(`/${name}`));
  return best === undefined ? undefined : coverage.get(best);
}

const extension = (path: string): string => /\.\w+$/.exec(path)?.[0] ?? '';

function totalVerdict(
  coverage: Coverage,
  wanted: number,
  isLeftOut: (path: string) => boolean,
): Verdict {
  const counted = [...coverage].filter(([file]) => !isLeftOut(file));
  const open = counted.map(([file, lines]) => ({
    file,
    lines: [...lines].flatMap(([line, times]) => (times === 0 ? [line] : [])),
  }));
  const all = counted.reduce((sum, [, lines]) => sum + lines.size, 0);
  const missing = open.reduce((sum, { lines }) => sum + lines.length, 0);
  const share = percent(all - missing, all);
  const what = `${String(share)} % of ${String(all)} lines are covered, ${String(wanted)} % are wanted`;
  if (share >= wanted) return passed('coverage', what);
  const worst = open.filter(({ lines }) => lines.length > 0);
  return {
    ...{ gate: 'coverage', what, passed: false },
    where: worst
      .toSorted((a, b) => b.lines.length - a.lines.length)
      .map(({ file, lines }) => ranges(file, lines)),
    cure: 'Write tests for these lines',
  };
}

/**
 * Of changed lines that the report knows. A changed source that it does not name was never loaded:
 * none of it is covered.
 */
function changedVerdict(
  coverage: Coverage,
  changed: ChangedLines,
  wanted: number,
  isLeftOut: (path: string) => boolean,
): Verdict {
  const kinds = new Set([...coverage.keys()].map(extension));
  const isTest = picomatch(NO_SOURCE);
  let all = 0;
  const open: { readonly file: string; readonly lines: readonly number[] }[] = [];
  for (const [file, lines] of changed) {
    if (isLeftOut(file)) continue;
    const known = linesOf(file, coverage);
    if (known === undefined && (!kinds.has(extension(file)) || isTest(file))) continue;
    const counted = known === undefined ? lines : lines.filter((line) => known.has(line));
    all += counted.length;
    const missing = counted.filter((line) => (known?.get(line) ?? 0) === 0);
    if (missing.length > 0) open.push({ file, lines: missing });
  }
  const missing = open.reduce((sum, { lines }) => sum + lines.length, 0);
  const share = percent(all - missing, all);
  const what = `${String(share)} % of ${String(all)} changed lines are covered, ${String(wanted)} % are wanted`;
  if (share >= wanted) return passed('changed lines', what);
  return {
    ...{ gate: 'changed lines', what, passed: false },
    where: open.map(({ file, lines }) => ranges(file, lines)),
    cure: 'Write tests for these lines',
  };
}

function missing(gate: GateName, report: string, what: string, cure: string): Verdict {
  return { gate, passed: false, what: `${report} ${what}`, where: [report], cure };
}

function coverageVerdicts(gate: CoverageGate, facts: GateFacts): readonly Verdict[] {
  const { reports, changed, folder } = facts;
  const text = reports.get(gate.report);
  const coverage = text === undefined ? undefined : readCoverage(text, folder);
  if (coverage === undefined) {
    const what = text === undefined ? 'is not there' : 'is no report of coverage';
    const cure = `Have the module’s test write it, as ${COVERAGE_FORMATS.join(', ')}`;
    return [missing('coverage', gate.report, what, cure)];
  }
  const isExcept = picomatch([...gate.except]);
  return [
    ...(gate.total === undefined ? [] : [totalVerdict(coverage, gate.total, isExcept)]),
    ...(gate.changed === undefined || changed === undefined
      ? []
      : [changedVerdict(coverage, changed, gate.changed, isExcept)]),
  ];
}

/** Told even where nobody asked: a test that comes out both ways proves nothing. */
function flakyVerdicts({ flaky: most }: TestsGate, { flaky }: GateFacts): readonly Verdict[] {
  if (flaky.length === 0 && most === undefined) return [];
  const allowed = most === undefined ? '' : `, ${String(most)} may`;
  const what = `${String(flaky.length)} tests have failed and passed with the same sources${allowed}`;
  if (most === undefined || flaky.length <= most) return [passed('flaky tests', what, flaky)];
  const cure = 'Mend them: another run of the same sources may end otherwise';
  return [{ gate: 'flaky tests', passed: false, what, where: flaky, cure }];
}

function testsVerdict(gate: TestsGate, { reports }: GateFacts): Verdict {
  const text = reports.get(gate.report);
  const counts = text === undefined ? undefined : readTestCounts(text);
  if (counts === undefined) {
    const what = text === undefined ? 'is not there' : 'is no JUnit report';
    return missing('tests', gate.report, what, 'Have the module’s test write it, as JUnit’s XML');
  }
  const { ran, failed, skipped } = counts;
  const what = `${String(ran)} tests ran, ${String(failed)} failed, ${String(skipped)} were skipped`;
  const refused = (why: string, cure: string): Verdict => ({
    ...{ gate: 'tests', passed: false, cure },
    what: `${what}; ${why}`,
    where: [gate.report],
  });
  if (failed > 0)
    return refused('none may fail', 'Mend them, and have the test’s command fail with them');
  if (ran < gate.least) {
    return refused(
      `${String(gate.least)} have to run`,
      'Find out which do not run any more, and why',
    );
  }
  if (gate.skipped !== undefined && skipped > gate.skipped) {
    return refused(
      `${String(gate.skipped)} may be skipped`,
      'Mend the skipped ones, or take them out',
    );
  }
  return passed('tests', what);
}

const megabytes = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;

function sizeVerdict(limit: number, { imageBytes }: GateFacts): Verdict {
  if (imageBytes === undefined) {
    const what = 'there is no image to be measured';
    return {
      gate: 'size',
      passed: false,
      what,
      where: [],
      cure: 'Give the module a run, or take its gate out',
    };
  }
  const what = `the image has ${megabytes(imageBytes)}, ${megabytes(limit)} are allowed`;
  if (imageBytes <= limit) return passed('size', what);
  return {
    ...{ gate: 'size', passed: false, what, where: [] },
    cure: 'Look at what the artifact holds and what production installs: docker history IMAGE',
  };
}

/** What the gates of a module say. Pure. */
export function judgeGates(gates: ModuleGates, facts: GateFacts): readonly Verdict[] {
  return [
    ...(gates.coverage === undefined ? [] : coverageVerdicts(gates.coverage, facts)),
    ...(gates.tests === undefined
      ? []
      : [testsVerdict(gates.tests, facts), ...flakyVerdicts(gates.tests, facts)]),
    ...(gates.sizeBytes === undefined ? [] : [sizeVerdict(gates.sizeBytes, facts)]),
    ...(gates.problems === undefined
      ? []
      : [problemsVerdict(gates.problems, facts.problems.now, facts.problems.before)]),
    ...(gates.duplicates === undefined || facts.duplicates === undefined
      ? []
      : [duplicatesVerdict(gates.duplicates, facts.duplicates)]),
    ...(gates.licences === undefined ? [] : [licencesVerdict(gates.licences, facts.packages)]),
    ...(gates.vulnerabilities === undefined
      ? []
      : [vulnerabilitiesVerdict(gates.vulnerabilities, facts.packages, facts.database)]),
  ];
}
