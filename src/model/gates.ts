/** What the coverage of a module has to be. */
export interface CoverageGate {
  /** Path of the report that its test writes, relative to the module's folder. */
  readonly report: string;
  /** Percent of all lines that the report knows; undefined: any. */
  readonly total: number | undefined;
  /** Percent of the lines that the commit changed; undefined: any. */
  readonly changed: number | undefined;
  /** Patterns of files that do not count, relative to the module's folder. */
  readonly except: readonly string[];
}

/** What the tests of a module have to be. */
export interface TestsGate {
  /** Path of the JUnit report that its test writes, relative to the module's folder. */
  readonly report: string;
  /** How many have to run. */
  readonly least: number;
  /** How many of those may be skipped; undefined: any number. */
  readonly skipped: number | undefined;
  /** How many may have failed and passed with the same sources; undefined: any number, which are told. */
  readonly flaky: number | undefined;
}

/** What its lint may say. */
export interface ProblemsGate {
  /** How many problems there may be that the commit before did not have. */
  readonly most: number;
}

/** How much of a module's sources may stand there twice. */
export interface DuplicatesGate {
  /** Percent of its lines. */
  readonly most: number;
  /** So many lines have to be alike to count. */
  readonly lines: number;
  /** Patterns of files that do not count, relative to the module's folder. */
  readonly except: readonly string[];
}

/** Licences of what a module needs in production: SPDX's names, or patterns of them. */
export interface LicencesGate {
  /** Undefined: all that are not denied. */
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[];
  /** Patterns of packages that do not count. */
  readonly except: readonly string[];
}

/** How bad a known weakness is, from the least. */
export const SEVERITIES = ['low', 'moderate', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Known weaknesses of what a module needs in production. */
export interface VulnerabilitiesGate {
  /** Path of a file in OSV's JSON, relative to the project; it need not be committed. */
  readonly database: string;
  /** Those below it are told, and pass. */
  readonly from: Severity;
  /** Ids that do not count. */
  readonly except: readonly string[];
}

/** What a module has to hold to go on to production. */
export interface ModuleGates {
  readonly coverage: CoverageGate | undefined;
  readonly tests: TestsGate | undefined;
  /** The largest that its image may be, bytes. */
  readonly sizeBytes: number | undefined;
  readonly problems: ProblemsGate | undefined;
  readonly duplicates: DuplicatesGate | undefined;
  readonly licences: LicencesGate | undefined;
  readonly vulnerabilities: VulnerabilitiesGate | undefined;
}

/** Gates by the name of their module. */
export type Gates = ReadonlyMap<string, ModuleGates>;

/** Whether a module's gates ask what a commit has changed. */
export function comparesCommits({ coverage, problems }: ModuleGates): boolean {
  return coverage?.changed !== undefined || problems !== undefined;
}

/** Reports that the test of a module has to write. */
export function reportsOf(gates: ModuleGates | undefined): readonly string[] {
  const paths = [gates?.coverage?.report, gates?.tests?.report];
  return [...new Set(paths.filter((path) => path !== undefined))];
}
