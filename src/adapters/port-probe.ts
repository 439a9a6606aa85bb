import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { portOwner } from './port-owner.ts';
import { windowsReserved, type PortRange } from './reserved-ports.ts';
import type { PortProbe } from '../ports/port-probe.ts';

/** Only this tells of another program; EACCES is about privileged ports, which the engine opens. */
function isTaken(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE';
}

function isTcpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(!isTaken(error)));
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

function isUdpFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => resolve(!isTaken(error)));
    socket.bind({ address, port, exclusive: true }, () => {
      socket.close(() => resolve(true));
    });
  });
}

/**
 * Asks the system by opening the port for a moment; nothing is sent or accepted.
 * @param reserved ranges that a system around this one keeps for itself, and that open here all the same.
 */
export function portProbe(reserved: typeof windowsReserved): PortProbe {
  const rangeOf = async (
    port: number,
    protocol: Parameters<PortProbe['isFree']>[2],
  ): Promise<PortRange | undefined> => {
    const ranges = protocol === 'sctp' ? [] : await reserved(protocol);
    return ranges.find(({ first, last }) => first <= port && port <= last);
  };
  return {
    isFree: async (address, port, protocol) => {
      if (protocol === 'sctp') return true;
      const isOpen = await (protocol === 'udp' ? isUdpFree : isTcpFree)(address, port);
      return isOpen && (await rangeOf(port, protocol)) === undefined;
    },
    owner: (port, protocol) => Promise.resolve(portOwner(port, protocol)),
    reserver: async (port, protocol) => {
      const range = await rangeOf(port, protocol);
      if (range === undefined) return undefined;
      return `Windows, which keeps ${String(range.first)}-${String(range.last)} for itself`;
    },
  };
}

export const hostPorts = portProbe(windowsReserved);
