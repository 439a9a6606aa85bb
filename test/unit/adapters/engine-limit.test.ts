import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostEngineChoice } from '../../../src/adapters/engine/host-choice.ts';
import { dockerEngine } from '../../../src/adapters/engine/engine.ts';
import { waitFor } from '../../support/wait-for.ts';

it('an engine that takes connections and says nothing is given up, and told as what it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onestack-mute-'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).resume();
  });
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const choice = hostEngineChoice({ DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` }, '/');
  const engine = dockerEngine(choice, 100);
  for (const answer of await Promise.all([
    engine.version(),
    engine.containers('shop'),
    engine.imageId('onestack/os'),
  ])) {
    expect(answer).toMatchObject({
      ok: false,
      failure: { reason: 'no-engine', what: 'the Docker engine does not answer' },
    });
  }
  // Another call of the engine may hang with what these need: it may answer all others.
  for (const answer of await Promise.all([
    engine.removeImage('shop-web:latest'),
    engine.stopContainer('shop-web-1', { graceSeconds: 0 }),
    engine.restartContainer('shop-web-1', { graceSeconds: 0 }),
    engine.removeContainer('shop-web-1', 'removed'),
    engine.removeVolume('shop_data'),
    engine.disconnect('shop_default', 'shop-web-1'),
    engine.removeNetwork('shop_default'),
  ])) {
    expect(answer).toMatchObject({ ok: false, failure: { reason: 'no-engine' } });
    if (answer.ok) continue;
    expect(answer.failure.what).toMatch(/^the Docker engine does not [a-z]+ the /);
    expect(answer.failure.why).toMatch(/said nothing for \d+ seconds/);
  }
  await waitFor('the end of their connections', () => sockets.size === 0);
});

it.each([
  ['breaks off', true, 'no Docker engine answers'],
  ['stops', false, 'the Docker engine does not answer'],
])('an engine whose answer %s in the middle is told', async (_how, breaks, what) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n[',
      );
      if (breaks) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const choice = hostEngineChoice({ DOCKER_HOST: `tcp://127.0.0.1:${String(port)}` }, '/');
  const answer = await dockerEngine(choice, breaks ? 60_000 : 200).containers('shop');
  expect(answer).toMatchObject({ ok: false, failure: { reason: 'no-engine', what } });
});
