import { xmlTags } from './xml-tags.ts';

/** How many tests of a JUnit report there were, and what became of them. */
export interface TestCounts {
  readonly ran: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the cases themselves: the sums that a report says of itself are wrong in some. */
export function readTestCounts(text: string): TestCounts | undefined {
  const tags = xmlTags(text);
  if (!tags.some(({ name }) => name === 'testsuite' || name === 'testsuites')) return undefined;
  let cases = 0;
  const failed = new Set<number>();
  const skipped = new Set<number>();
  for (const { name } of tags) {
    if (name === 'testcase') cases += 1;
    if (cases > 0 && (name === 'failure' || name === 'error')) failed.add(cases);
    if (cases > 0 && name === 'skipped') skipped.add(cases);
  }
  return { ran: cases - skipped.size, failed: failed.size, skipped: skipped.size };
}
