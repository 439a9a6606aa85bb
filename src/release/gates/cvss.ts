import type { Severity } from '../../model/gates.ts';

/** What a metric's letter counts, by the specification (first.org/cvss/v3.1/specification-document, 7.4). */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
/** Of needed privileges, where the weakness stays in its component, and where it leads out of it. */
const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
};

/** To one digit, upwards, as the specification has it: in whole numbers, so that 4.02 is not 4.1 by chance. */
function roundedUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

/**
 * The base score of a vector of CVSS 3.0 or 3.1, 0 to 10; what it says beyond its base metrics does not count.
 * @returns undefined for any other text.
 */
export function baseScore(vector: string): number | undefined {
  const [head = '', ...parts] = vector.trim().split('/');
  if (!/^CVSS:3\.[01]$/.test(head)) return undefined;
  const said = new Map(parts.map((part) => part.split(':', 2) as [string, string | undefined]));
  const of = (name: string): number => WEIGHTS[name]?.[said.get(name) ?? ''] ?? Number.NaN;
  const scope = said.get('S') ?? '';
  const privileges = PRIVILEGES[scope]?.[said.get('PR') ?? ''] ?? Number.NaN;
  const touched = 1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A'));
  const leadsOut = scope === 'C';
  const impact = leadsOut
    ? 7.52 * (touched - 0.029) - 3.25 * (touched - 0.02) ** 15
    : 6.42 * touched;
  const reach = 8.22 * of('AV') * of('AC') * privileges * of('UI');
  if (Number.isNaN(impact + reach)) return undefined;
  if (impact <= 0) return 0;
  return roundedUp(Math.min((leadsOut ? 1.08 : 1) * (impact + reach), 10));
}

/** The specification's words for scores; nobody is harmed by a 0. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'moderate' : 'low';
}
