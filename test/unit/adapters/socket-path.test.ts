import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localSockets } from '../../../src/adapters/local-sockets.ts';
import { hostSockets } from '../../../src/adapters/session-socket.ts';

/** Sockets of a project whose folder's path is longer than the kernel takes for a socket. */
describe('a socket deep down', () => {
  let root = '';
  let path = '';
  beforeEach(() => {
    root = mkdtempSync('/tmp/ostest-');
    const folder = join(root, ...Array.from({ length: 30 }, () => 'folder'), '.dev');
    mkdirSync(folder, { recursive: true });
    path = join(folder, 'a.sock');
    const temporary = join(root, 'tmp');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(() => {
    // The way to the socket is not needed any more once it is bound and connected.
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });

  it('carries bytes, is one at a time, and goes when it is closed', async () => {
    expect(await localSockets.connect(path)).toBeUndefined();
    const listening = await localSockets.listen(path, (connection) => {
      connection.onData((data) => void connection.write(data));
    });
    if (listening === undefined) throw new Error('does not listen');
    expect(await localSockets.listen(path, () => undefined)).toBeUndefined();
    const connection = await localSockets.connect(path);
    const echo = new Promise((resolve) => connection?.onData((data) => resolve(String(data))));
    connection?.write('hello');
    expect(await echo).toBe('hello');
    connection?.end();
    listening.close();
    expect(existsSync(path)).toBe(false);
  });

  it('carries lines, takes over what a killed one left, and goes when it is closed', async () => {
    expect(await hostSockets.connect(path)).toBeUndefined();
    const left = await hostSockets.listen(path, () => undefined);
    const listening = await hostSockets.listen(path, (link) =>
      link.onLine((line) => link.send(line)),
    );
    if (!listening.ok || !left.ok) throw new Error('does not listen');
    const link = await hostSockets.connect(path);
    const echo = new Promise((resolve) => link?.onLine(resolve));
    link?.send('hello');
    expect(await echo).toBe('hello');
    link?.close();
    await listening.value.close();
    expect(existsSync(path)).toBe(false);
    await left.value.close();
  });
});
