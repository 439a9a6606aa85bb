import type { Engine } from '../ports/engine.ts';

export interface LastLog {
  readonly lines: readonly string[];
  /** Why it cannot be read: the container has gone meanwhile, or its logging driver keeps nothing. */
  readonly unreadable: string | undefined;
}

/** The last lines that a container logged, as far as they can be read. */
export async function lastLog(
  engine: Pick<Engine, 'logs'>,
  containerId: string,
  count: number,
): Promise<LastLog> {
  const lines: string[] = [];
  try {
    for await (const { text } of engine.logs(containerId, { tail: count })) lines.push(text);
  } catch (error) {
    // They are only shown beside something that is more important.
    return { lines, unreadable: error instanceof Error ? error.message : String(error) };
  }
  return { lines, unreadable: undefined };
}

/** The same where it does not matter why there are none. */
export async function lastLogLines(
  ...asked: Parameters<typeof lastLog>
): Promise<readonly string[]> {
  return (await lastLog(...asked)).lines;
}
