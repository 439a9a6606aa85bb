import { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } from 'ae-cvss-calculator';
import type { Severity } from '../../model/gates.ts';

/** What a vector begins with, and who reckons with it; of version 2 the first metric stands there. */
const VERSIONS: readonly (readonly [RegExp, (vector: string) => number | undefined])[] = [
  [/^CVSS:4\.0\//, (vector) => complete(new Cvss4P0(vector))?.calculateScores().baseMetricsOnly],
  [/^CVSS:3\.1\//, (vector) => complete(new Cvss3P1(vector))?.calculateScores().base],
  [/^CVSS:3\.0\//, (vector) => complete(new Cvss3P0(vector))?.calculateScores().base],
  [/^AV:/, (vector) => complete(new Cvss2(vector))?.calculateScores().base],
];

function complete<V extends { isBaseFullyDefined(): boolean }>(vector: V): V | undefined {
  return vector.isBaseFullyDefined() ? vector : undefined;
}

/**
 * The base score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0, 0 to 10; what it says beyond its base metrics
 * (threats, a place of its own) does not count.
 * @returns undefined for any other text, and for a vector that does not say all of these.
 */
export function baseScore(text: string): number | undefined {
  // Databases put those of version 2 in brackets at times.
  const vector = text.trim().replace(/^\((.*)\)$/, '$1');
  try {
    return VERSIONS.find(([begins]) => begins.test(vector))?.[1](vector);
  } catch {
    return undefined;
  }
}

/** The specification's words for scores; nobody is harmed by a 0. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'moderate' : 'low';
}
