import { join } from 'node:path';

/** What the last `dev tools` found out, for the next one to start from. */
export interface ToolsMemory {
  /** The agent's socket, absolute. */
  readonly socket: string;
  /** Files that decide what the container is like: any of them newer, and nothing here holds. */
  readonly stamps: readonly { readonly path: string; readonly modifiedMs: number }[];
  /** Scripts that need facts from the engine: they cannot take the short way. */
  readonly withFacts: readonly string[];
}

/** The files whose change makes the memory void. */
export function stampedFiles(root: string, toolDirectory: string): readonly string[] {
  return [
    join(root, 'dev.yaml'),
    join(root, 'dev.settings.yaml'),
    join(root, '.dev/compose.yaml'),
    join(root, 'tools-container'),
    join(root, 'tools-container/packages'),
    join(root, 'tools-container/scripts'),
    join(toolDirectory, 'dist/tools-agent.cjs'),
    join(toolDirectory, 'tools-container/scripts'),
  ];
}
