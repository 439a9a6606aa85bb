import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';

/** What a tool's own way of being quick is decided by. */
export interface ToolRequest {
  readonly module: Pick<Module, 'name' | 'path'>;
  /** The tool's own arguments. */
  readonly args: readonly string[];
  readonly assignments: readonly string[];
  /** Names of the variables that the check sets. */
  readonly variables: readonly string[];
}

/** The project's files as containers see them too. */
export interface ToolFacts {
  /** Of the project, absolute. */
  readonly root: string;
  readonly files: Pick<Files, 'read' | 'exists' | 'list' | 'isDirectory'>;
  /** A file of the tool's own `profiles/dev`; undefined when it is gone. */
  readonly ownFile: (name: string) => string | undefined;
}

/** How a tool is made to look only at what changed. */
export interface KeptRun {
  readonly kind: 'kept';
  /** Arguments that are added, for people: `--incremental`. */
  readonly shown: string;
  /** Why the result is that of the command as it is written. */
  readonly why: string;
  /** What the kept state depends on beside the command: it is begun anew where this is another. */
  readonly key: readonly string[];
  /**
   * Shell text that runs the check with arguments added, using `$kept` (the folder that stays) and
   * `$work` (one of this run alone); ends with the exit status in `$status`.
   * @param withArguments the check's text with such arguments, which are shell text.
   */
  readonly script: (plain: string, withArguments: (added: string) => string) => string;
}

/** `own`: it is quick by itself, and run as it is written; `plain`: it is run as it is written. */
export type ToolPlan =
  | KeptRun
  | { readonly kind: 'own'; readonly why: string }
  | { readonly kind: 'plain'; readonly why: string };

export const asWritten = (why: string): ToolPlan => ({ kind: 'plain', why });
