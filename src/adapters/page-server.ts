import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageServer, PageVersion } from '../ports/page-server.ts';
import { fail, ok } from '../util/result.ts';
import { isFromOwnUser } from './loopback-peer.ts';
import { listenFailure } from './listen-failure.ts';

const HOST = '127.0.0.1';

/** What a browser must not do with the page, whatever it shows. */
const GUARDS = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...GUARDS, 'content-type': 'text/plain' });
  response.end(`${String(status)}\n`);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: () => Promise<PageVersion>,
): Promise<void> {
  const { port } = request.socket.address() as AddressInfo;
  // A page of the web whose name leads here must not read it.
  const names = [HOST, 'localhost'].map((name) => `${name}:${String(port)}`);
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const refused = !names.includes(request.headers.host ?? '')
    ? 403
    : !isReading
      ? 405
      : request.url === '/'
        ? undefined
        : 404;
  if (refused !== undefined) {
    refuse(response, refused);
    return;
  }
  const { text, tag } = await page();
  const headers = { ...GUARDS, etag: tag };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
  response.end(request.method === 'HEAD' ? undefined : text);
}

export const hostPageServer: PageServer = {
  serve: (port, page) =>
    new Promise((resolve) => {
      const server = createServer((request, response) => {
        answer(request, response, page).catch(() => response.destroy());
      });
      // Other users of the machine reach its loopback, too.
      server.on('connection', (socket) => {
        if (!isFromOwnUser(socket)) socket.destroy();
      });
      server.once('error', (error) => resolve(fail(listenFailure(port, error))));
      server.listen({ host: HOST, port, exclusive: true }, () => {
        const { port: own } = server.address() as AddressInfo;
        const close = (): Promise<void> =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          });
        resolve(ok({ url: `http://${HOST}:${String(own)}/`, close }));
      });
    }),
};
