/**
 * The tools container's main program. It listens on a socket in a folder that the host sees too, so
 * that `dev tools -- CMD` and probes need no new process of the engine's. With `--stdio` it serves
 * one connection on its own streams, for hosts that do not share sockets with their containers.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { serveConnection } from './serve.ts';

function listen(path: string): void {
  // A container that was killed leaves its socket behind.
  rmSync(path, { force: true });
  const server = createServer((socket) => serveConnection(socket, socket));
  server.listen(path, () => chmodSync(path, 0o600));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      rmSync(path, { force: true });
      process.exit(0);
    });
  }
}

const [option, path] = process.argv.slice(2);
if (option === '--stdio') {
  serveConnection(process.stdin, process.stdout);
} else if (option === '--listen' && path !== undefined) {
  listen(path);
} else {
  process.stderr.write('usage: tools-agent --stdio | --listen SOCKET\n');
  process.exitCode = 2;
}
