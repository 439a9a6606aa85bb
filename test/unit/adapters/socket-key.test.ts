import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { localSockets } from '../../../src/adapters/local-sockets.ts';

describe('a socket of the person', () => {
  let root = '';
  let place = { socket: '', key: '' };
  beforeEach(() => {
    root = mkdtempSync('/tmp/ostest-');
    mkdirSync(join(root, 'run'), { mode: 0o700 });
    place = { socket: join(root, 'run/a.sock'), key: join(root, 'key') };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  async function serve(): Promise<string[]> {
    const heard: string[] = [];
    const listening = await localSockets.listen(place, (connection) => {
      connection.write('welcome');
      connection.onData((data) => heard.push(String(data)));
    });
    onTestFinished(() => (listening.ok ? listening.value?.close() : undefined));
    return heard;
  }

  it('hears nobody who does not show its key first', async () => {
    const heard = await serve();
    expect(statSync(place.key).mode & 0o777).toBe(0o600);
    const right = readFileSync(place.key, 'utf8');
    for (const shown of ['', 'x', `${'0'.repeat(64)}\n`, right.slice(1)]) {
      const stranger = connect(place.socket);
      await once(stranger, 'connect');
      let answer = '';
      stranger.on('data', (data) => (answer += String(data)));
      stranger.end(`${shown}EDITOR=evil ${'.'.repeat(100)}`);
      await once(stranger, 'close');
      expect(answer).toBe('');
    }
    expect(heard).toEqual([]);
  });

  it('hears what comes right behind the key, and in pieces', async () => {
    const heard = await serve();
    const key = readFileSync(place.key, 'utf8');
    const client = connect(place.socket);
    onTestFinished(() => void client.destroy());
    client.write(key.slice(0, 10));
    await once(client, 'connect');
    client.write(`${key.slice(10)}hello`);
    await expect.poll(() => heard.join('')).toBe('hello');
  });

  it('is not looked for where others could have put it, or without a key', async () => {
    await serve();
    expect(await localSockets.connect({ ...place, key: join(root, 'none') })).toBeUndefined();
    chmodSync(join(root, 'run'), 0o755);
    expect(await localSockets.connect(place)).toBeUndefined();
    const other = { ...place, socket: join(root, 'run/b.sock') };
    expect(await localSockets.listen(other, () => undefined)).toMatchObject({ ok: false });
    expect(existsSync(other.socket)).toBe(false);
    chmodSync(join(root, 'run'), 0o700);
  });
});
