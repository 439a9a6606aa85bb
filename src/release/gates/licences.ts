import picomatch from 'picomatch';
import parse from 'spdx-expression-parse';
import type { LicencesGate } from '../../model/gates.ts';
import { passed, refused, type Verdict } from './verdict.ts';

/** A package that production has. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly type: 'npm' | 'golang' | 'pypi' | 'maven';
  /** As it says itself, best an SPDX expression; undefined where nothing says it. */
  readonly licence: string | undefined;
  /** Locked, and nothing that production has: for development, another system, or tests of other packages. */
  readonly onlyLocked?: boolean;
}

type Expression = ReturnType<typeof parse>;
type Judge = (licence: string) => boolean;

/** Whether a licence may be used: of several to choose from one has to be good, of several at once all. */
function isGood(expression: Expression, judge: Judge): boolean {
  if ('conjunction' in expression) {
    const { left, right, conjunction } = expression;
    if (conjunction === 'or') return isGood(left, judge) || isGood(right, judge);
    return isGood(left, judge) && isGood(right, judge);
  }
  const { license, plus, exception } = expression;
  const base = plus === true ? `${license}+` : license;
  return judge(exception === undefined ? base : `${base} WITH ${exception}`);
}

/** What is no SPDX expression (`SEE LICENSE IN terms.txt`) is looked for as it is written. */
function isTextGood(licence: string, judge: Judge): boolean {
  let expression: Expression;
  try {
    expression = parse(licence);
  } catch {
    return judge(licence);
  }
  return isGood(expression, judge);
}

function judgeOf({ allow, deny }: LicencesGate): Judge {
  const options = { nocase: true, bash: true };
  const isAllowed = allow === undefined ? () => true : picomatch([...allow], options);
  const isDenied = picomatch([...deny], options);
  return (licence) => isAllowed(licence) && !isDenied(licence);
}

/**
 * Licences of what production has. Where only some are denied, a package that does not say its own is
 * told and let through; where some are allowed it is not.
 * @param packages undefined: nothing was there that says which they are.
 */
export function licencesVerdict(
  gate: LicencesGate,
  packages: readonly ShippedPackage[] | undefined,
): Verdict {
  if (packages === undefined) {
    return refused(
      'licences',
      'no lockfile says what production has',
      [],
      'Lock the dependencies (package-lock.json, go.sum, uv.lock, …), and commit the lockfile',
    );
  }
  const isExcept = picomatch([...gate.except], { bash: true });
  const judge = judgeOf(gate);
  const counted = packages.filter(({ name, onlyLocked }) => onlyLocked !== true && !isExcept(name));
  const mute = counted.filter(({ licence }) => licence === undefined);
  const bad = counted.filter(({ licence }) => licence !== undefined && !isTextGood(licence, judge));
  const place = ({ name, version, licence }: ShippedPackage): string =>
    `${name}@${version}: ${licence ?? 'does not say its licence'}`;
  const failing = [...bad, ...(gate.allow === undefined ? [] : mute)];
  if (failing.length === 0) {
    const what = `${String(counted.length)} packages, all with licences that may be used`;
    if (mute.length === 0) return passed('licences', what);
    const told = `${what}; ${String(mute.length)} do not say theirs`;
    return passed('licences', told, mute.map(place));
  }
  return refused(
    'licences',
    `${String(failing.length)} of ${String(counted.length)} packages have a licence that may not be used`,
    failing.map(place),
    'Take other packages; one that you have the right to use: licences.except of this gate',
  );
}
