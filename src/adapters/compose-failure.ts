import type { Failure } from '../events/failure.ts';
import { portTaken } from './port-taken.ts';

/** What a failed call of Compose comes to. Pure. */
export function composeFailure(command: string, exitStatus: number, stderr: string): Failure {
  if (/cannot connect to the docker daemon|is the docker daemon running/i.test(stderr)) {
    return { reason: 'no-engine', what: 'no Docker engine answers', cure: 'dev doctor --fix' };
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const detail = lines.slice(-15);
  const taken = portTaken(stderr);
  if (taken !== undefined) return { ...taken, detail };
  const why = lines.findLast((line) => /error|failed|cannot|denied/i.test(line)) ?? lines.at(-1);
  return {
    reason: 'service',
    what: `docker compose ${command} failed (exit ${String(exitStatus)})`,
    ...(why !== undefined && { why: why.trim() }),
    detail,
  };
}
