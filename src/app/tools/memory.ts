import { trustRecordPath } from '../trust/store.ts';
import { memoryText, stampedFiles } from '../../tools/memory.ts';
import type { ToolsContainer, ToolsContext } from './container.ts';
import { listScripts } from './scripts.ts';

/**
 * Remembers the running container, so that the next `dev tools -- CMD` finds it without reading
 * definitions or asking the engine. When it cannot be written, the next command is merely slower.
 */
export function rememberTools(context: ToolsContext, tools: ToolsContainer): void {
  const { files, host } = context.world;
  const memory = {
    socket: tools.socket,
    stamps: [
      ...stampedFiles(context.root, host.toolDirectory),
      // Whether it gets the engine's socket.
      trustRecordPath(context.root, context.world),
    ].map((path) => ({
      path,
      modifiedMs: files.modifiedMs(path) ?? 0,
    })),
    withFacts: listScripts(context.world, context.root).flatMap(({ name, facts }) =>
      facts === undefined ? [] : [name],
    ),
  };
  files.writeAtomic(context.places.tools.memory, memoryText(memory), {
    mode: 0o600,
  });
}
