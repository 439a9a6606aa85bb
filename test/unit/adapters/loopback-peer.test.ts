import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isFromOwnUser, peerUser } from '../../../src/adapters/loopback-peer.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
const row = (from: string, to: string, state: string, uid: number, inode: number): string =>
  `   1: ${from} ${to} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid)} 0 ${String(inode)} 1 0`;
const MAPPED = '0000000000000000FFFF0000';

describe('who has the other end of a connection over loopback', () => {
  const peer = { address: '127.0.0.1', port: 0xa000 };
  const told = (...rows: readonly string[]) => peerUser([[HEAD, ...rows].join('\n')], peer, 9229);

  it('is told by the kernel’s table, for programs of IPv6 as well', () => {
    expect(told(row('0100007F:A000', '0100007F:240D', '01', 1001, 7))).toBe(1001);
    expect(told(row(`${MAPPED}0100007F:A000`, `${MAPPED}0100007F:240D`, '01', 1002, 7))).toBe(1002);
  });

  it('is nobody else’s: another address, port or end of it', () => {
    expect(told(row('0200007F:A000', '0100007F:240D', '01', 1001, 7))).toBeUndefined();
    expect(told(row('0100007F:A001', '0100007F:240D', '01', 1001, 7))).toBeUndefined();
    expect(told(row('0100007F:A000', '0100007F:240E', '01', 1001, 7))).toBeUndefined();
    expect(told(row('0100007F:240D', '0100007F:A000', '01', 1001, 7))).toBeUndefined();
  });

  it('is not root’s when its process has closed it', () => {
    expect(told(row('0100007F:A000', '0100007F:240D', '05', 0, 0))).toBeUndefined();
    expect(told(row('0100007F:A000', '0100007F:240D', '01', 0, 0))).toBeUndefined();
  });

  it('is this process, when it is', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const socket = await accepted;
    expect(isFromOwnUser(socket)).toBe(true);
    for (const end of [client, socket]) end.destroy();
    server.close();
  });
});
