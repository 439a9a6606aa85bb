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
}

/** What a module has to hold to go on to production. */
export interface ModuleGates {
  readonly coverage: CoverageGate | undefined;
  readonly tests: TestsGate | undefined;
  /** The largest that its image may be, bytes. */
  readonly sizeBytes: number | undefined;
}

/** Gates by the name of their module. */
export type Gates = ReadonlyMap<string, ModuleGates>;

/** Reports that the test of a module has to write. */
export function reportsOf(gates: ModuleGates | undefined): readonly string[] {
  const paths = [gates?.coverage?.report, gates?.tests?.report];
  return [...new Set(paths.filter((path) => path !== undefined))];
}
