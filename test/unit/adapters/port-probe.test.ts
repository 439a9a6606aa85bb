import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hostPorts } from '../../../src/adapters/port-probe.ts';

async function withTcpListener(
  host: string,
  use: (port: number) => Promise<void>,
): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use(port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  return port;
}

describe('hostPorts', () => {
  it('sees a TCP listener while it is there', async () => {
    const port = await withTcpListener('127.0.0.1', async (taken) => {
      expect(await hostPorts.isFree('127.0.0.1', taken, 'tcp')).toBe(false);
      expect(await hostPorts.isFree('0.0.0.0', taken, 'tcp')).toBe(false);
      expect(await hostPorts.isFree('127.0.0.1', taken, 'udp')).toBe(true);
    });
    expect(await hostPorts.isFree('127.0.0.1', port, 'tcp')).toBe(true);
  });

  it('sees one that listens on all addresses', async () => {
    await withTcpListener('0.0.0.0', async (taken) => {
      expect(await hostPorts.isFree('127.0.0.1', taken, 'tcp')).toBe(false);
    });
  });

  it('sees a UDP listener', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    expect(await hostPorts.isFree('127.0.0.1', port, 'udp')).toBe(false);
    expect(await hostPorts.isFree('127.0.0.1', port, 'tcp')).toBe(true);
    await new Promise<void>((resolve) => {
      socket.close(resolve);
    });
    expect(await hostPorts.isFree('127.0.0.1', port, 'udp')).toBe(true);
  });
});
