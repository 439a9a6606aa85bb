import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLogRecord } from '../../../src/util/log-record.ts';
import { logLines } from '../../../src/util/log-record-text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { judge } from '../../support/terminal-judge.ts';

/** 14:02:33.123 on this machine's clock. */
const AT = new Date(2026, 10, 28, 14, 2, 33, 123);
const ISO = AT.toISOString();
const MS = AT.getTime();

describe('whatever a record holds', () => {
  /** Words of answers and events, those of logs among them, but none for how grave it is. */
  const WORDS = [
    ...['id', 'message', 'msg', 'time', 'timestamp', 'ts', 'date', 't', 'event', 'error', 'status'],
    ...['Message', 'Timestamp', 'code', 'data', 'name', 'pid', 'host', 'text', 'detail', 'errors'],
  ];
  const answers = fc.dictionary(
    fc.constantFrom(...WORDS),
    fc.oneof(
      fc.integer(),
      fc.constantFrom(MS, MS / 1000, ISO, 'info', 'error', 30),
      fc.string(),
      fc.jsonValue(),
    ),
  );

  it('it stays as it came without a word for how grave it is', () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(0, 2), (answer, indent) => {
        // With the time alone behind the event, structlog wrote it.
        fc.pre(Object.keys(answer).at(-2) !== 'event');
        const text = JSON.stringify(answer, null, indent).replaceAll('\n', ' ');
        expect(readLogRecord(text)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('it stays as it came where a level is no level, or says nothing but itself', () => {
    const others = fc.dictionary(fc.constantFrom('id', 'name', 'status', 'data'), fc.jsonValue());
    const odd = fc.oneof(
      fc.constantFrom('high', 'gold', '3F'),
      fc.integer({ max: 9 }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(answers, odd, fc.constantFrom('level', 'severity'), (answer, level, name) => {
        fc.pre(readLogRecord(JSON.stringify({ [name]: level, msg: 'x', time: MS })) === undefined);
        expect(readLogRecord(JSON.stringify({ ...answer, [name]: level }))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(others, fc.constantFrom('info', 'ERROR', 30, 50), (other, level) => {
        expect(readLogRecord(JSON.stringify({ level, ...other }))).toBeUndefined();
      }),
    );
  });

  it('its time is shown to the millisecond, however it is counted', () => {
    const second = Math.floor(MS / 1000);
    fc.assert(
      fc.property(fc.nat(999), fc.nat(999), (ms, us) => {
        const fraction = `${String(ms).padStart(3, '0')}${String(us).padStart(3, '0')}`;
        const times = [
          ...[`${String(second)}.${fraction}`, `"${String(second)}.${fraction}"`],
          ...[`${String(second)}${fraction}`, `${String(second)}${fraction}000`],
          `{"epochSecond":${String(second)},"nanoOfSecond":${String(ms * 1e6 + us * 1e3)}}`,
          `"${new Date(second * 1000).toISOString().slice(0, 19)}.${fraction}Z"`,
        ];
        for (const time of times) {
          const record = readLogRecord(`{"level":"info","time":${time},"msg":"x"}`);
          expect(record?.time, time).toBe(second * 1000 + ms);
        }
      }),
    );
  });

  it('all of its keys and values are shown, but for those that have a place of their own', () => {
    const keys = fc.stringMatching(/^k[a-z]{0,6}$/);
    const values = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z]{1,9}$/));
    fc.assert(
      fc.property(
        fc.dictionary(keys, values),
        fc.constantFrom(30, 'info', 'WARN'),
        (rest, level) => {
          const text = JSON.stringify({ level, msg: 'text', ...rest });
          const [line = '', ...more] = logLines(text, false);
          expect(more).toEqual([]);
          for (const [key, value] of Object.entries(rest))
            expect(line).toContain(`${key}=${String(value)}`);
        },
      ),
    );
  });

  it('it reaches a terminal as text alone', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (word) => {
        const record = { level: word, msg: word, [word]: word, err: { stack: `${word}\n${word}` } };
        for (const color of [true, false]) {
          const text = logLines(JSON.stringify({ ...record, time: word }), color).join('\n');
          expect((await judge(text)).deeds).toEqual([]);
          expect(text.replaceAll(/\x1b\[[\d;]*m/g, '')).not.toMatch(
            /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
