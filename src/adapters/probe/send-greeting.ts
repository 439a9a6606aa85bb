import type { ProbeAnswer, WireRequest } from '../../ports/prober.ts';
import { kindNamed } from '../../service-kinds/table.ts';
import { converse, failed } from './send-tcp.ts';

type GreetingRequest = Extract<WireRequest, { protocol: 'greeting' }>;

/** So many bytes of an answer give any protocol away. */
const ENOUGH_BYTES = 4096;
const SHOWN_CHARACTERS = 60;

/** Says what the kind of service expects to hear, and reads whether the answer is of that kind. */
export function sendGreeting(request: GreetingRequest): Promise<ProbeAnswer> {
  const kind = kindNamed(request.kind);
  const probe = kind?.probe;
  if (kind === undefined || probe === undefined || !('answer' in probe)) {
    throw new Error(`no greeting is known for ${request.kind}`);
  }
  return converse(
    request,
    (socket) => {
      if (probe.says !== undefined) socket.write(probe.says, 'latin1');
      return undefined;
    },
    (received) => {
      if (probe.answer.test(received)) return { kind: 'answered', body: '' };
      // It may come in pieces; a line that is whole, or very much of it, is another protocol's.
      if (received.length < ENOUGH_BYTES && !/[\r\n]$/.test(received)) return undefined;
      return failed('protocol', `not ${kind.title}: ${printable(received)}`);
    },
    'latin1',
  );
}

function printable(received: string): string {
  return received
    .slice(0, SHOWN_CHARACTERS)
    .replace(/[\x00-\x1f\x7f-\xff]+/g, ' ')
    .trim();
}
