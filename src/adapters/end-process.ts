/** Resolves when all that was written has gone out. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/**
 * Ends the process when its output is out. Clients keep timers and idle connections for half a second
 * and more; nobody waits for those.
 */
export async function endProcess(status: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(status);
}
