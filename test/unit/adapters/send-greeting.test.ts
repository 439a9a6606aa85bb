import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { sendFromHere } from '../../../src/adapters/probe/send.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that says something at once, and answers what it is told; in pieces of one byte. */
async function ask(kind: string, first: string, answer: (said: Buffer) => string) {
  const made = createServer((socket) => {
    const say = (text: string): void => {
      for (const byte of Buffer.from(text, 'latin1')) socket.write(Buffer.of(byte));
    };
    socket.on('error', () => undefined);
    say(first);
    socket.on('data', (chunk) => say(answer(chunk)));
  });
  server = made;
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  const { port } = made.address() as AddressInfo;
  const request = { protocol: 'greeting', kind, host: '127.0.0.1', port, timeoutMs: 1000 } as const;
  return (await sendFromHere(request)).outcome;
}

const silent = (): string => '';

it.each([
  ['mysql', '\x4a\0\0\0\x0a11.8.3-MariaDB\0', silent],
  ['nats', 'INFO {"server_id":"x"}\r\n', silent],
  ['mail', '220 mail ESMTP\r\n', silent],
  [
    'memcached',
    '',
    (said: Buffer) => (String(said) === 'version\r\n' ? 'VERSION 1.6\r\n' : 'ERROR\r\n'),
  ],
  ['mosquitto', '', (said: Buffer) => (said.length === 14 ? '\x20\x02\0\x05' : '')],
  [
    'rabbitmq',
    '',
    (said: Buffer) =>
      said.equals(Buffer.from('AMQP\0\0\x09\x01')) ? '\x01\0\0\0\0\x02\0\0\n\0\n' : '',
  ],
  [
    'kafka',
    '',
    (said: Buffer) =>
      said.readInt32BE(0) === said.length - 4 ? '\0\0\0\x0a\0\0\0\x01\0\0\0\0\0\0' : '',
  ],
  [
    'mongodb',
    '',
    (said: Buffer) =>
      said.readInt32LE(0) === said.length && said.readInt32LE(21) === said.length - 21
        ? '\x50\0\0\0\0\0\0\0\x01\0\0\0\xdd\x07\0\0\0\0\0\0\0\x3b\0\0\0\x08isWritablePrimary\0\x01'
        : '',
  ],
])('%s is known by its greeting, however it is cut', async (kind, first, answer) => {
  expect(await ask(kind, first, answer)).toEqual({ kind: 'answered', body: '' });
});

it('says what answers instead, without what a terminal would obey', async () => {
  expect(await ask('mysql', 'HTTP/1.1 400 \x1b[2J Bad Request\r\n', silent)).toEqual({
    kind: 'failed',
    cause: 'protocol',
    message: 'not MySQL or MariaDB: HTTP/1.1 400  [2J Bad Request',
  });
});

it('waits no longer than it may for a server that is silent', async () => {
  expect(await ask('nats', '', silent)).toMatchObject({ kind: 'failed', cause: 'timeout' });
});
