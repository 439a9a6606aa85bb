import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyInto, UncopiedFile } from '../../../src/adapters/engine/copy-into.ts';

let folder: string;
let server: Server;
/** What was sent, whole, request by request. */
let sent: string[] = [];

beforeEach(async () => {
  sent = [];
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-copy-')));
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      sent.push(Buffer.concat(parts).toString('latin1'));
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(join(folder, 'socket'), listening));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const copy = (...names: readonly string[]): Promise<void> => {
  const container = new Docker({ socketPath: join(folder, 'socket') }).getContainer('one');
  const files = names.map((name) => ({
    from: join(folder, name),
    within: folder,
    to: `/app/${name}`,
  }));
  return copyInto(container, files);
};

describe('files for a container', () => {
  it('are sent in one request, small and large', async () => {
    writeFileSync(join(folder, 'small'), 'tiny');
    writeFileSync(join(folder, 'large'), 'x'.repeat(5 * 1024 * 1024));
    await copy('small', 'gone', 'large');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/app\/small.*tiny.*app\/large/s);
    expect(sent[0]).not.toContain('gone');
  });

  it('leave out what lies elsewhere by now', async () => {
    writeFileSync(join(folder, 'small'), 'tiny');
    symlinkSync('/etc', join(folder, 'swapped'));
    await copy('swapped/passwd', 'small');
    expect(sent[0]).toContain('tiny');
    expect(sent[0]).not.toContain('root:');
  });

  it('leave out what something else came into the place of', async () => {
    writeFileSync(join(folder, 'file'), 'tiny');
    symlinkSync('round', join(folder, 'round'));
    await copy('file/below', 'round/below', 'file');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain('tiny');
    expect(sent[0]).not.toContain('below');
  });

  const LONG = 'n'.repeat(300);
  it.each([[[LONG]], [['file', LONG]]])(
    'fail where one cannot be read, and wait for nothing: %s',
    async (names) => {
      writeFileSync(join(folder, 'file'), 'x'.repeat(100_000));
      const failed = await copy(...names).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(UncopiedFile);
      expect(failed).toMatchObject({ failure: { reason: 'files', why: 'the name is too long' } });
      expect(sent).toEqual([]);
    },
  );
});
