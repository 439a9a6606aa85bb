import { createServer, type Socket } from 'node:net';
import type { Failure } from '../events/failure.ts';
import type { Loopback } from '../ports/loopback.ts';
import { fail, ok } from '../util/result.ts';
import { isFromOwnUser } from './loopback-peer.ts';
import { portOwner } from './port-owner.ts';

const HOST = '127.0.0.1';

function refused(port: number, error: NodeJS.ErrnoException): Failure {
  const what = `port ${String(port)} of this machine cannot be used`;
  if (error.code !== 'EADDRINUSE') return { reason: 'host', what, why: error.message };
  const owner = portOwner(port, 'tcp');
  return {
    reason: 'port-taken',
    what: `port ${String(port)} of this machine is taken`,
    ...(owner && { why: `${owner.name} (process ${String(owner.pid)}) has it` }),
  };
}

export const hostLoopback: Loopback = {
  listen: (port, onConnection) =>
    new Promise((resolve) => {
      const open = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        // Other users of the machine reach its loopback, too.
        if (!isFromOwnUser(socket)) {
          socket.destroy();
          return;
        }
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        onConnection(socket);
      });
      server.once('error', (error) => resolve(fail(refused(port, error))));
      server.listen({ host: HOST, port, exclusive: true }, () => {
        const close = (): Promise<void> =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of open) socket.destroy();
          });
        resolve(ok({ close }));
      });
    }),
};
