import type { Engine } from '../ports/engine.ts';

/**
 * The last lines that a container logged. Empty also where no log can be read: the container has
 * gone meanwhile, or its logging driver keeps nothing.
 */
export async function lastLogLines(
  engine: Pick<Engine, 'logs'>,
  containerId: string,
  count: number,
): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { text } of engine.logs(containerId, { tail: count })) lines.push(text);
  } catch {
    // They are only shown beside something that is more important.
  }
  return lines;
}
