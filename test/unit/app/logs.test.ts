import { describe, expect, it } from 'vitest';
import { followLogs, unreadable, type ServiceLogLine } from '../../../src/app/logs.ts';
import { UnkeptLog } from '../../../src/ports/unkept-log.ts';
import type { LogLine, LogOptions } from '../../../src/ports/engine-containers.ts';
import { aContainer } from '../../support/containers.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const clock = new VirtualClock();

/** Logs that grow: what is there at first, and what comes while somebody follows. */
function logsOf(past: readonly LogLine[], later: readonly LogLine[]) {
  return async function* logs(_id: string, options: LogOptions): AsyncGenerator<LogLine> {
    await Promise.resolve();
    const all = options.follow === true ? [...past, ...later] : past;
    yield* all.filter(({ atMs }) => atMs >= (options.sinceMs ?? 0));
  };
}

function line(atMs: number, text: string): LogLine {
  return { stream: 'stdout', atMs, text };
}

async function read(
  logs: ReturnType<typeof logsOf>,
  follow: boolean,
  grep?: RegExp,
): Promise<string[]> {
  const lines: ServiceLogLine[] = [];
  const containers = [aContainer('api')];
  await followLogs(
    { engine: { logs }, clock },
    { containers, follow, tail: 10, sinceMs: undefined, grep },
    (entry) => void lines.push(entry),
    new AbortController().signal,
  );
  return lines.map(({ service, text }) => `${service} ${text}`);
}

describe('followLogs', () => {
  it('sorts the lines of several services by time', async () => {
    const lines: string[] = [];
    const byId = new Map([
      ['id-api', [line(1, 'one'), line(4, 'four')]],
      ['id-db', [line(2, 'two'), line(3, 'three')]],
    ]);
    async function* logs(id: string): AsyncGenerator<LogLine> {
      await Promise.resolve();
      yield* byId.get(id) ?? [];
    }
    const containers = [aContainer('api'), aContainer('db')];
    const request = { containers, follow: false, tail: 10, sinceMs: undefined, grep: undefined };
    await followLogs(
      { engine: { logs }, clock },
      request,
      ({ text }) => void lines.push(text),
      new AbortController().signal,
    );
    expect(lines).toEqual(['one', 'two', 'three', 'four']);
  });

  it('goes on where the past ended: no line twice, none lost', async () => {
    const past = [line(1, 'a'), line(5, 'b')];
    const logs = logsOf(past, [line(5, 'c'), line(6, 'd')]);
    expect(await read(logs, true)).toEqual(['api a', 'api b', 'api c', 'api d']);
  });

  it('goes on where a tail ended, within one millisecond too', async () => {
    async function* logs(_id: string, options: LogOptions): AsyncGenerator<LogLine> {
      await Promise.resolve();
      const past = ['a', 'b', 'c'].map((text) => line(7, text));
      yield* options.follow === true
        ? [...past, line(7, 'd'), line(7, 'e')]
        : past.slice(-(options.tail ?? 9));
    }
    const lines: string[] = [];
    await followLogs(
      { engine: { logs }, clock },
      { containers: [aContainer('api')], follow: true, tail: 1, sinceMs: 1, grep: undefined },
      ({ text }) => void lines.push(text),
      new AbortController().signal,
    );
    expect(lines).toEqual(['c', 'd', 'e']);
  });

  it('holds a line of each service, however many there are, and waits for its reader', async () => {
    let [made, taken, most] = [0, 0, 0];
    async function* logs(): AsyncGenerator<LogLine> {
      await Promise.resolve();
      for (let at = 0; at < 5_000; at += 1) {
        made += 1;
        yield line(at, 'x');
      }
    }
    await followLogs(
      { engine: { logs }, clock },
      {
        containers: [aContainer('api'), aContainer('db')],
        ...{ follow: false, tail: undefined, sinceMs: 1, grep: undefined },
      },
      async () => {
        await Promise.resolve();
        taken += 1;
        most = Math.max(most, made - taken);
      },
      new AbortController().signal,
    );
    expect(taken).toBe(10_000);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('keeps only what matches', async () => {
    const logs = logsOf([line(1, 'GET /'), line(2, 'POST /')], []);
    expect(await read(logs, false, /POST/)).toEqual(['api POST /']);
  });

  it.each([false, true])(
    'tells a log that cannot be read, and reads the others: %s',
    async (follow) => {
      const lines: string[] = [];
      async function* logs(id: string): AsyncGenerator<LogLine> {
        await Promise.resolve();
        if (id === 'id-db') throw new UnkeptLog('none');
        yield line(1, 'one');
      }
      const containers = [aContainer('api'), aContainer('db')];
      const unread = await followLogs(
        { engine: { logs }, clock },
        { containers, follow, tail: 10, sinceMs: undefined, grep: undefined },
        ({ text }) => void lines.push(text),
        new AbortController().signal,
      );
      expect(lines).toEqual(['one']);
      expect(unread).toMatchObject([
        {
          what: 'the log of db cannot be read',
          why: 'nothing of what it prints is kept (logging: driver: none)',
        },
      ]);
    },
  );
});

it('a log that cannot be read is told with why, and one that nobody keeps with what keeps it', () => {
  const none = unreadable({ service: 'db' }, new UnkeptLog('none'));
  expect(none.why).toBe('nothing of what it prints is kept (logging: driver: none)');
  expect(none.cure).toBe('Take its `logging:` away, or name json-file or local there');
  const gone = unreadable({ service: 'db' }, new Error('no such file'));
  expect(gone).toMatchObject({ what: 'the log of db cannot be read', why: 'no such file' });
  expect(gone.cure).toContain('dev status');
});
