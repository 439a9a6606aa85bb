/**
 * What is printed for an exception that nobody expected: a bug of ours. The stack is for those who
 * asked for it, and for log files.
 */
export function crashText(error: unknown, withStack: boolean): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = withStack && error instanceof Error ? `${error.stack ?? message}\n` : '';
  return (
    `${stack}error: dev has crashed: ${message.split('\n')[0] ?? ''}\n` +
    '  why: a bug in dev itself; what runs in the background goes on running\n' +
    '  fix: run the command again, with --verbose to see where it happened, and report it\n'
  );
}
