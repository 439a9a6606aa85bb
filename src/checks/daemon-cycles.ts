/**
 * Finds the cycles in the output of a command that watches by itself: `tsc --watch` and `vitest`
 * say when one begins and ends; of any other, a cycle is what it prints between two silences.
 */
const BEGINS = [
  /Starting (?:incremental )?compilation/,
  /^\s*(?:RERUN|RUN|DEV) {2}/,
  /^\s*Determining test suites to run/,
];
const ENDS = [
  /Found \d+ errors?\. Watching for file changes/,
  /(?:Waiting|Watching) for file changes\.\.\./,
  /^Ran all test suites/,
];

/** What a line of plain output (no escape sequences) says of the cycle. */
export function cycleMark(line: string): 'begin' | 'end' | undefined {
  if (ENDS.some((pattern) => pattern.test(line))) return 'end';
  return BEGINS.some((pattern) => pattern.test(line)) ? 'begin' : undefined;
}

/** Whether a cycle's own last words call it failed. */
export function saysFailed(text: string): boolean {
  return /Found [1-9]\d* errors?\. Watching|Tests failed\./.test(text);
}
