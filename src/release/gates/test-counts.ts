import { xmlTags } from './xml-tags.ts';

/** One test of a JUnit report. */
export interface TestCase {
  /** With its class, where it has one: `orders › adds up`. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

/** How many tests of a JUnit report there were, and what became of them. */
export interface ReportedTests {
  readonly ran: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The tests of a JUnit report; undefined for a text that is none. */
export function readTestCases(text: string): readonly TestCase[] | undefined {
  const tags = xmlTags(text);
  if (!tags.some(({ name }) => name === 'testsuite' || name === 'testsuites')) return undefined;
  const cases: TestCase[] = [];
  for (const { name, attributes } of tags) {
    if (name === 'testcase') {
      const parts = [attributes.get('classname'), attributes.get('name')];
      cases.push({ name: parts.filter(Boolean).join(' › '), outcome: 'passed' });
    }
    const last = cases.at(-1);
    if (last === undefined) continue;
    if (name === 'failure' || name === 'error') cases.splice(-1, 1, { ...last, outcome: 'failed' });
    if (name === 'skipped') cases.splice(-1, 1, { ...last, outcome: 'skipped' });
  }
  return cases;
}

/** Counts the cases themselves: the sums that a report says of itself are wrong in some. */
export function readTestCounts(text: string): ReportedTests | undefined {
  const cases = readTestCases(text);
  if (cases === undefined) return undefined;
  const count = (outcome: TestCase['outcome']): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const skipped = count('skipped');
  return { ran: cases.length - skipped, failed: count('failed'), skipped };
}
