import type { Module } from './module.ts';
import type { ProbeDefinition } from './probe.ts';
import type { WindowDefinition } from './window.ts';

export const CONTEXTS = ['dev', 'ci', 'prod'] as const;
/** Which overlays and which profile apply. */
export type Context = (typeof CONTEXTS)[number];

/** A repository with a `dev.yaml` at its root, validated. */
export interface Project {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly name: string;
  /** In the order of dev.yaml. */
  readonly modules: readonly Module[];
  /** Ready services taken from the tool's catalogue (or the project's): service name → entry name. */
  readonly services: ReadonlyMap<string, string>;
  readonly windows: readonly WindowDefinition[];
  readonly probes: readonly ProbeDefinition[];
}
