import { describe, expect, it } from 'vitest';
import { logsAround, parseAround } from '../../../../src/app/logs/around.ts';
import type { LogLine, LogOptions } from '../../../../src/ports/engine-containers.ts';
import { aContainer } from '../../../support/containers.ts';

const NOW = new Date(2026, 10, 21, 12, 0, 0).getTime();

describe('--around', () => {
  it('reads moments and request ids', () => {
    expect(parseAround('1795000000000', NOW)).toEqual({ kind: 'moment', atMs: 1795000000000 });
    expect(parseAround('11:59:58.5', NOW)).toEqual({ kind: 'moment', atMs: NOW - 1500 });
    expect(parseAround('2026-11-21T10:00:00Z', NOW)).toMatchObject({ kind: 'moment' });
    expect(parseAround('4f1c2a9be07d4c55', NOW)).toEqual({
      kind: 'request',
      id: '4f1c2a9be07d4c55',
    });
  });

  it('takes a time of day that is still to come as yesterday’s', () => {
    expect(parseAround('13:00', NOW)).toEqual({ kind: 'moment', atMs: NOW - 23 * 3_600_000 });
  });
});

describe('lines of all services', () => {
  const asked: LogOptions[] = [];
  const logs: Readonly<Record<string, readonly [number, string][]>> = {
    'id-api': [
      [2, 'r1 in'],
      [5, 'r1 out'],
      [4, 'r2'],
    ],
    'id-db': [[3, 'select r1']],
  };
  const engine = {
    async *logs(id: string, options: LogOptions): AsyncGenerator<LogLine> {
      asked.push(options);
      for (const [atMs, text] of logs[id] ?? []) {
        yield await Promise.resolve({ stream: 'stdout', atMs, text });
      }
    },
  };
  const containers = [aContainer('api'), aContainer('db')];

  it('of one request come in order', async () => {
    const around = { kind: 'request', id: 'r1' } as const;
    const { lines } = await logsAround(engine, { containers, around, windowMs: 1 });
    expect(lines.map(({ service, text }) => `${service}: ${text}`)).toEqual([
      'api: r1 in',
      'db: select r1',
      'api: r1 out',
    ]);
  });

  it('of a moment are asked for by time', async () => {
    asked.length = 0;
    const around = { kind: 'moment', atMs: 1000 } as const;
    await logsAround(engine, { containers, around, windowMs: 200 });
    expect(asked[0]).toEqual({ sinceMs: 800, untilMs: 1200 });
  });
});
