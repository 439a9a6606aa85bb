import type { Failure } from '../events/failure.ts';

/** Engines say it in several ways; the port is the last number of the address. */
const PORT_TAKEN = [
  /Bind for \S*?:(\d+) failed: port is already allocated/,
  /(?:listen (?:tcp|udp)[46]?|bind host port(?: for)?|exposing port (?:TCP|UDP)) \S*?:(\d+)\b.*(?:address already in use|not available|in use)/i,
];

/** What a failed call of Compose comes to. Pure. */
export function composeFailure(command: string, exitStatus: number, stderr: string): Failure {
  if (/cannot connect to the docker daemon|is the docker daemon running/i.test(stderr)) {
    return { reason: 'no-engine', what: 'no Docker engine answers', cure: 'dev doctor --fix' };
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const detail = lines.slice(-15);
  for (const line of lines) {
    const port = PORT_TAKEN.map((pattern) => pattern.exec(line)?.[1]).find(Boolean);
    if (port === undefined) continue;
    return {
      reason: 'port-taken',
      what: `port ${port} was taken by another program just now`,
      why: line.trim(),
      cure: 'dev up',
      detail,
    };
  }
  const why = lines.findLast((line) => /error|failed|cannot|denied/i.test(line)) ?? lines.at(-1);
  return {
    reason: 'service',
    what: `docker compose ${command} failed (exit ${String(exitStatus)})`,
    ...(why !== undefined && { why: why.trim() }),
    detail,
  };
}
