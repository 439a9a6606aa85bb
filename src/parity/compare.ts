import { PARITY_CATEGORIES, type ParityCategory } from '../model/parity.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reasons.ts';

/** One thing that is not the same in both. */
export interface Difference {
  readonly category: ParityCategory;
  readonly name: string;
  /** Undefined where it is not there. */
  readonly dev: string | undefined;
  readonly other: string | undefined;
  /** Why it is meant; undefined: it is a fault. */
  readonly why: string | undefined;
}

/** What one service is like in two contexts. */
export interface ServiceParity {
  readonly service: string;
  /** How many facts are the same, by category. */
  readonly equal: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
}

export interface ParitySubject {
  readonly service: string;
  /** A library has a container in development alone: its code is part of those that use it. */
  readonly role: 'module' | 'library' | 'service';
  readonly dev: Facts;
  readonly other: Facts;
}

function fits(wanted: Reason['dev'], value: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === 'absent' || value === undefined) return wanted === 'absent' && value === undefined;
  return wanted.test(value);
}

function isAbout({ of }: Reason, { service, role }: ParitySubject): boolean {
  if (of === undefined) return true;
  return typeof of === 'string' ? of === role : of.service === service;
}

function reasonFor(
  { category, name, dev, other }: Omit<Difference, 'why'>,
  reasons: readonly Reason[],
): string | undefined {
  const found = reasons.find(
    (reason) =>
      reason.category === category &&
      reason.name.test(name) &&
      fits(reason.dev, dev) &&
      fits(reason.other, other),
  );
  return found?.why;
}

/** What two containers have in common, and all in which they differ, each with its reason. Pure. */
export function compareFacts(subject: ParitySubject, reasons: readonly Reason[]): ServiceParity {
  const own = reasons.filter((reason) => isAbout(reason, subject));
  const equal: Record<string, number> = {};
  const differences: Difference[] = [];
  for (const category of PARITY_CATEGORIES) {
    const one = subject.dev.get(category) ?? new Map<string, string>();
    const two = subject.other.get(category) ?? new Map<string, string>();
    for (const name of [...new Set([...one.keys(), ...two.keys()])].sort()) {
      const found = { category, name, dev: one.get(name), other: two.get(name) };
      if (found.dev === found.other) equal[category] = (equal[category] ?? 0) + 1;
      else differences.push({ ...found, why: reasonFor(found, own) });
    }
  }
  return { service: subject.service, equal, differences };
}

/** Differences that nobody has a reason for. */
export function faultsOf(all: readonly ServiceParity[]): readonly Difference[] {
  return all.flatMap(({ differences }) => differences.filter(({ why }) => why === undefined));
}
