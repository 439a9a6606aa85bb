import type { Failure } from '../events/failure.ts';
import { portOwner } from './port-owner.ts';

/** Why nobody can listen at a port of this machine, and who does. */
export function listenFailure(port: number, error: NodeJS.ErrnoException): Failure {
  const what = `port ${String(port)} of this machine cannot be used`;
  if (error.code !== 'EADDRINUSE') return { reason: 'host', what, why: error.message };
  const owner = portOwner(port, 'tcp');
  return {
    reason: 'port-taken',
    what: `port ${String(port)} of this machine is taken`,
    ...(owner && { why: `${owner.name} (process ${String(owner.pid)}) has it` }),
  };
}
