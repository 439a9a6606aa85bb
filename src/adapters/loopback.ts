import { createServer, type Socket } from 'node:net';
import type { Loopback } from '../ports/loopback.ts';
import { fail, ok } from '../util/result.ts';
import { peerOf } from './loopback-peer.ts';
import { listenFailure } from './listen-failure.ts';

const HOST = '127.0.0.1';

export const hostLoopback: Loopback = {
  listen: (port, onConnection, onStranger) =>
    new Promise((resolve) => {
      const open = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        // Other users of the machine reach its loopback, too.
        const peer = peerOf(socket);
        if (peer !== 'own') {
          socket.destroy();
          if (peer.user !== undefined) onStranger(peer.user);
          return;
        }
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        onConnection(socket);
      });
      server.once('error', (error) => resolve(fail(listenFailure(port, error))));
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
