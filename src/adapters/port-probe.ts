import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { portOwner } from './port-owner.ts';
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

/** Asks the system by opening the port for a moment; nothing is sent or accepted. */
export const hostPorts: PortProbe = {
  isFree: (address, port, protocol) => {
    if (protocol === 'sctp') return Promise.resolve(true);
    return protocol === 'udp' ? isUdpFree(address, port) : isTcpFree(address, port);
  },
  owner: (port, protocol) => Promise.resolve(portOwner(port, protocol)),
};
