import { join } from 'node:path';
import { parseRegistry } from '../generate/claims.ts';
import { personFolder } from '../generate/person-folder.ts';
import { DEV_FOLDER, placesOf } from '../model/places.ts';

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

/**
 * Where the memory of a project folder is; undefined when it has none.
 * @param root absolute, symlinks resolved.
 */
export function memoryPlace(
  root: string,
  host: Parameters<typeof personFolder>[0],
  read: (path: string) => string,
): string | undefined {
  const folder = personFolder(host);
  const registry = parseRegistry(JSON.parse(read(join(folder, 'instances.json'))));
  const { id, sockets = '' } = registry?.get(root) ?? {};
  if (id === undefined) return undefined;
  return placesOf({ root, personFolder: folder, id, sockets }).tools.memory;
}

/** The files whose change makes the memory void. */
export function stampedFiles(root: string, toolDirectory: string): readonly string[] {
  return [
    join(root, 'dev.yaml'),
    join(root, 'dev.settings.yaml'),
    join(root, DEV_FOLDER, 'compose.yaml'),
    join(root, 'tools-container'),
    join(root, 'tools-container/packages'),
    join(root, 'tools-container/scripts'),
    join(toolDirectory, 'dist/tools-agent.cjs'),
    join(toolDirectory, 'tools-container/scripts'),
  ];
}
