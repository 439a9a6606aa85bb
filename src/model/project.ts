import type { CommandDefinition } from './command.ts';
import type { Gates } from './gates.ts';
import type { HookDefinition } from './hook.ts';
import type { Module } from './module.ts';
import type { ParityReason } from './parity.ts';
import type { PipelineDefinition, StoreDefinition } from './pipeline.ts';
import type { ProbeDefinition } from './probe.ts';
import type { WindowDefinition } from './window.ts';

export const CONTEXTS = ['dev', 'ci', 'prod'] as const;
/** Which overlays and which profile apply. */
export type Context = (typeof CONTEXTS)[number];

/** The Compose files of a folder, as Compose itself would find them there. */
export interface ComposeFiles {
  /** Absolute, in merge order; at least one. */
  readonly files: readonly string[];
  /** Those of them that override by their name (`compose.override.yaml`): not for production. */
  readonly overrides: readonly string[];
  /** What relative paths count from, absolute: the first file's folder. */
  readonly directory: string;
  /** `COMPOSE_FILE` named them; else they were found by their names. */
  readonly byVariable: boolean;
  /** Files of a name that Compose looks for, beside the one that it takes; absolute. */
  readonly passedOver: readonly string[];
}

/** A repository with a `dev.yaml` at its root, or a folder with a Compose file alone; validated. */
export interface Project {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly name: string;
  /** Whether somebody wrote a `dev.yaml`, or there is a Compose file and nothing else. */
  readonly definedBy: 'dev.yaml' | 'compose';
  /** The lowest layer of the definition. */
  readonly compose: ComposeFiles | undefined;
  /** In the order of dev.yaml. */
  readonly modules: readonly Module[];
  /** Ready services taken from the tool's catalogue (or the project's): service name → entry name. */
  readonly services: ReadonlyMap<string, string>;
  readonly windows: readonly WindowDefinition[];
  readonly probes: readonly ProbeDefinition[];
  /** In the order of dev.yaml. */
  readonly commands: readonly CommandDefinition[];
  /** By event, in the order in which they run. */
  readonly hooks: readonly HookDefinition[];
  /** Differences between contexts that the project means. */
  readonly parity: readonly ParityReason[];
  readonly pipeline: PipelineDefinition;
  /** What modules have to hold to go on to production. */
  readonly gates: Gates;
  readonly store: StoreDefinition;
  /** Addresses by name on the developer's machine; undefined: none. */
  readonly router: RouterDefinition | undefined;
}

export interface RouterDefinition {
  /** The service at `https://NAME.localhost`; found where nobody says. */
  readonly front: string | undefined;
}
