/** Aborted by the first SIGTERM or SIGINT: time to finish what was begun, and to end. */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => controller.abort(signal));
  }
  return controller.signal;
}
