import type { Host } from '../ports/host.ts';

/** All variables of this process, for the session to have them, too. */
export function variablesOf({
  host,
}: {
  readonly host: Pick<Host, 'environment'>;
}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(host.environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
