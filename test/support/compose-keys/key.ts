/**
 * The keys of a Compose service that a plain engine carries out, each with values and what the
 * engine's own inspection says where they are so. What is absent is a value too.
 */
import type { Inspected } from '../inspected.ts';

/** What is written, and what the engine says then. */
export type Case = readonly [written: unknown, said: unknown];

export interface Key {
  readonly name: string;
  /** The first is what there is when nothing else was chosen. */
  readonly cases: readonly Case[];
  readonly says: (container: Inspected) => unknown;
  /** Keys that cannot stand beside it. */
  readonly excludes?: readonly string[];
  /** Only `a` has it: it speaks of the other service. */
  readonly onlyFirst?: true;
}

/** Written as JSON, which YAML contains; undefined is left out. */
export const ABSENT = undefined;

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const sorted = (value: unknown): readonly string[] => list(value).map(String).sort();
/** The labels that the definition wrote. */
export const own = (texts: Readonly<Record<string, string>> | null | undefined) =>
  Object.fromEntries(Object.entries(texts ?? {}).filter(([name]) => name.startsWith('own.')));
export const ownEnv = (container: Inspected): readonly string[] =>
  // One without a value takes away what the image has, and is in no process.
  sorted(container.Config.Env).filter((entry) => /^OWN_[A-Z]+=/.test(entry));
export const capabilities = (value: unknown): readonly string[] =>
  sorted(value).map((name) => name.replace(/^CAP_/, ''));
export const SECOND = 1_000_000_000;
export const MIB = 1024 * 1024;
