import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import type { ProbeAnswer, WireRequest } from '../../ports/prober.ts';
import { failedAnswer, lateAnswer } from './causes.ts';

type TcpRequest = Extract<WireRequest, { protocol: 'tcp' }>;
type DatabaseRequest = Extract<WireRequest, { protocol: 'postgres' | 'redis' }>;

/** What a conversation on an open connection came to; undefined: not at its end yet. */
type Conversation = (data: string) => ProbeAnswer['outcome'] | undefined;

/** @param encoding of what is received: `latin1` for one character a byte. */
export function converse(
  { host, port, timeoutMs }: Pick<TcpRequest, 'host' | 'port' | 'timeoutMs'>,
  onConnect: (socket: Socket) => ProbeAnswer['outcome'] | undefined,
  onData: Conversation,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<ProbeAnswer> {
  const startedMs = performance.now();
  const elapsed = (): number => performance.now() - startedMs;
  return new Promise((resolve) => {
    let connected = false;
    let received = '';
    const socket = createConnection({ host, port });
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      const waitingFor = connected ? 'the answer' : 'the connection';
      settle(lateAnswer(waitingFor, timeoutMs, elapsed()));
    }, timeoutMs);
    const step = (outcome: ProbeAnswer['outcome'] | undefined): void => {
      if (outcome !== undefined) settle({ durationMs: elapsed(), outcome });
    };
    socket.on('connect', () => {
      connected = true;
      step(onConnect(socket));
    });
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString(encoding);
      step(onData(received));
    });
    socket.on('error', (error) => settle(failedAnswer(error, elapsed())));
    socket.on('end', () => {
      settle({
        durationMs: elapsed(),
        outcome: failed('closed', 'the server closed the connection'),
      });
    });
  });
}

export function failed(
  cause: 'closed' | 'credentials' | 'protocol',
  message: string,
): Extract<ProbeAnswer['outcome'], { kind: 'failed' }> {
  return { kind: 'failed', cause, message };
}

/** Whether a port accepts connections. */
export function sendTcp(request: TcpRequest): Promise<ProbeAnswer> {
  return converse(
    request,
    () => ({ kind: 'answered', body: '' }),
    () => undefined,
  );
}

/** The password of a database; undefined when it has none. Throws when its file is not readable. */
export function passwordOf({ credentials }: DatabaseRequest): string | undefined {
  const { passwordFile, password } = credentials;
  return passwordFile === undefined ? password : readFileSync(passwordFile, 'utf8').trimEnd();
}

/** Words as a command of the Redis protocol. */
function command(...words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

/** Logs in, if there is a password, and sends PING. */
export function sendRedis(request: DatabaseRequest): Promise<ProbeAnswer> {
  const password = passwordOf(request);
  const user = request.credentials.user;
  return converse(
    request,
    (socket) => {
      const login = user === undefined ? ['AUTH'] : ['AUTH', user];
      if (password !== undefined) socket.write(command(...login, password));
      socket.write(command('PING'));
      return undefined;
    },
    (received) => {
      const lines = received.split('\r\n').slice(0, -1);
      const error = lines.find((line) => line.startsWith('-'));
      if (error !== undefined) {
        const rejected = /^-(?:WRONGPASS|NOAUTH|ERR AUTH|NOPERM|ERR invalid password)/.test(error);
        return failed(rejected ? 'credentials' : 'protocol', error.slice(1));
      }
      if (lines.includes('+PONG')) return { kind: 'answered', body: 'PONG' };
      const foreign = lines.find((line) => !line.startsWith('+'));
      return foreign === undefined ? undefined : failed('protocol', `not Redis: ${foreign}`);
    },
  );
}
