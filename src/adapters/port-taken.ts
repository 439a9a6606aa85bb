import type { Failure } from '../events/failure.ts';

/** Engines say it in several ways; the port is the last number of the address. */
const PORT_TAKEN = [
  /Bind for \S*?:(\d+) failed: port is already allocated/,
  /(?:listen (?:tcp|udp)[46]?|bind host port(?: for)?|exposing port (?:TCP|UDP)) \S*?:(\d+)\b.*(?:address already in use|not available|in use)/i,
];

/** The failure of a container that was to get a host port which somebody else has; undefined for others. */
export function portTaken(text: string): Failure | undefined {
  for (const line of text.split('\n')) {
    const port = PORT_TAKEN.map((pattern) => pattern.exec(line)?.[1]).find(Boolean);
    if (port === undefined) continue;
    return {
      reason: 'port-taken',
      what: `port ${port} was taken by another program just now`,
      why: line.trim(),
      cure: 'dev up',
      about: { port: Number(port) },
    };
  }
  return undefined;
}
