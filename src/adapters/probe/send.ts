import type { ProbeAnswer, Send, WireRequest } from '../../ports/prober.ts';
import { unreachable } from '../../util/unreachable.ts';
import { failedAnswer } from './causes.ts';
import { sendHttp } from './send-http.ts';
import { sendGreeting } from './send-greeting.ts';
import { sendRedis, sendTcp } from './send-tcp.ts';

async function dispatch(request: WireRequest): Promise<ProbeAnswer> {
  switch (request.protocol) {
    case 'http':
      return sendHttp(request);
    case 'tcp':
      return sendTcp(request);
    case 'greeting':
      return sendGreeting(request);
    case 'redis':
      return sendRedis(request);
    case 'postgres':
      return (await import('./send-postgres.ts')).sendPostgres(request);
    default:
      return unreachable(request);
  }
}

/** Sends from this process: on the host, or, in the agent, from inside the network. */
export const sendFromHere: Send = async (request) => {
  try {
    return await dispatch(request);
  } catch (error) {
    // A password file that is not readable, for instance.
    return failedAnswer(error as Error, 0);
  }
};
