import { join } from 'node:path';

const VERSION = 1;

/** What the last `dev tools` found out, for the next one to start from. */
export interface ToolsMemory {
  readonly version: typeof VERSION;
  /** The agent's socket, absolute. */
  readonly socket: string;
  /** Files that decide what the container is like: any of them newer, and nothing here holds. */
  readonly stamps: readonly { readonly path: string; readonly modifiedMs: number }[];
  /** Scripts that need facts from the engine: they cannot take the short way. */
  readonly withFacts: readonly string[];
}

/** The memory as text, and back; undefined for a text that another version, or nobody, wrote. */
export function memoryText(memory: Omit<ToolsMemory, 'version'>): string {
  return JSON.stringify({ version: VERSION, ...memory } satisfies ToolsMemory);
}

/** Throws for what is no JSON. */
export function parseMemory(text: string): ToolsMemory | undefined {
  const memory = JSON.parse(text) as Partial<ToolsMemory> | null;
  return memory?.version === VERSION ? (memory as ToolsMemory) : undefined;
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
