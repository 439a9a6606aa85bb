import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hostPorts, portProbe } from '../../../src/adapters/port-probe.ts';
import { excludedRanges } from '../../../src/adapters/reserved-ports.ts';
import { portHolder } from '../../../src/app/up/port-holder.ts';
import { ok } from '../../../src/util/result.ts';

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

/** As Windows writes it, here in German; with ports that no program of a test machine has. */
const NETSH = `\r
Portausschlussbereiche für das Protokoll "tcp"\r
\r
Startport      Endport\r
----------    --------\r
      5357        5357\r
        50          59     *\r
\r
* - Verwaltete Portausschlüsse.\r
`;

describe('ports that Windows keeps for itself', () => {
  const probe = portProbe((protocol) =>
    Promise.resolve(protocol === 'tcp' ? excludedRanges(NETSH) : []),
  );

  it('are read from its own table', () => {
    expect(excludedRanges(NETSH)).toEqual([
      { first: 5357, last: 5357 },
      { first: 50, last: 59 },
    ]);
    expect(excludedRanges('')).toEqual([]);
  });

  it('are not free, though they open here, and it is said who has them', async () => {
    expect(await probe.isFree('127.0.0.1', 59, 'tcp')).toBe(false);
    expect(await probe.isFree('127.0.0.1', 60, 'tcp')).toBe(true);
    expect(await probe.isFree('127.0.0.1', 59, 'udp')).toBe(true);
    const engine = { runningContainers: () => Promise.resolve(ok([])) };
    const holder = portHolder('shop', { engine, ports: probe });
    expect(await holder(50, 'tcp')).toBe('Windows, which keeps 50-59 for itself');
    expect(await holder(60, 'tcp')).toBeUndefined();
  });
});
