import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localSockets } from '../../../src/adapters/local-sockets.ts';
import type { Connection } from '../../../src/ports/sockets.ts';
import { lineLink } from '../../../src/session/line-link.ts';
import { ok } from '../../../src/util/result.ts';

/** Sockets of a project whose folder's path is longer than the kernel takes for a socket. */
describe('a socket deep down', () => {
  let root = '';
  let path = '';
  let place = { socket: '', key: '' };
  beforeEach(() => {
    root = mkdtempSync('/tmp/ostest-');
    const folder = join(root, ...Array.from({ length: 30 }, () => 'folder'), '.dev');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    path = join(folder, 'a.sock');
    place = { socket: path, key: join(root, 'key') };
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
    expect(await localSockets.connect(place)).toBeUndefined();
    const listening = await localSockets.listen(place, (connection) => {
      connection.onData((data) => void connection.write(data));
    });
    if (!listening.ok || listening.value === undefined) throw new Error('does not listen');
    expect(await localSockets.listen(place, () => undefined)).toEqual(ok(undefined));
    const connection = await localSockets.connect(place);
    const echo = new Promise((resolve) => connection?.onData((data) => resolve(String(data))));
    connection?.write('hello');
    expect(await echo).toBe('hello');
    connection?.end();
    await listening.value.close();
    expect(existsSync(path)).toBe(false);
  });

  it('carries lines, takes over what a killed one left, and goes when it is closed', async () => {
    const left = await localSockets.listen(place, () => undefined);
    const serve = (connection: Connection): void => {
      const link = lineLink(connection, 1_000);
      link.onLine((line) => link.send(line));
    };
    const listening = await localSockets.listen(place, serve, { isSole: true });
    if (!listening.ok || !left.ok) throw new Error('does not listen');
    const connection = await localSockets.connect(place);
    if (connection === undefined) throw new Error('does not answer');
    const link = lineLink(connection, 1_000);
    const echo = new Promise((resolve) => link.onLine(resolve));
    link.send('hello');
    expect(await echo).toBe('hello');
    link.close();
    await listening.value?.close();
    expect(existsSync(path)).toBe(false);
    await left.value?.close();
  });

  it('cuts off whoever sends a line without an end', async () => {
    const listening = await localSockets.listen(place, (connection) => {
      lineLink(connection, 1_000).onLine(() => undefined);
    });
    const connection = await localSockets.connect(place);
    const cutOff = new Promise<void>((resolve) => connection?.onClose(resolve));
    connection?.write('x'.repeat(1_001));
    await cutOff;
    if (listening.ok) await listening.value?.close();
  });
});
