import { describe, expect, it } from 'vitest';
import { readLogRecord } from '../../../src/util/log-record.ts';
import { logLines, logMatches } from '../../../src/util/log-record-text.ts';

/** 14:02:33.123 on this machine's clock. */
const AT = new Date(2026, 10, 28, 14, 2, 33, 123);
const ISO = AT.toISOString();
const MS = AT.getTime();

describe('a line of JSON of a known logger', () => {
  it.each([
    [
      'pino',
      { level: 30, time: MS, pid: 7, hostname: 'h', reqId: 'r-1', msg: 'GET / done' },
      'INFO  GET / done pid=7 hostname=h reqId=r-1',
    ],
    [
      'Bunyan',
      { name: 'api', hostname: 'h', pid: 1, level: 50, msg: 'no', time: ISO, v: 0 },
      'ERROR no name=api hostname=h pid=1 v=0',
    ],
    [
      'zerolog',
      { level: 'warn', error: 'gone', time: ISO, message: 'slow' },
      'WARN  slow error=gone',
    ],
    [
      'slog',
      { time: ISO, level: 'INFO', msg: 'up', port: 80, tags: ['a b'] },
      'INFO  up port=80 tags=["a b"]',
    ],
    ['slog with a level between', { time: ISO, level: 'DEBUG+2', msg: 'x' }, 'DEBUG x'],
    ['logrus', { level: 'fatal', msg: 'dead', time: ISO, size: 10.5 }, 'FATAL dead size=10.5'],
    [
      'structlog',
      { event: 'user in', level: 'debug', timestamp: ISO, user: 'a b' },
      'DEBUG user in user="a b"',
    ],
    [
      'structlog without a level',
      { user: 'a b', n: 1, event: 'user in', timestamp: ISO },
      'user in user="a b" n=1',
    ],
    ['structlog of seconds', { event: 'up', timestamp: MS / 1000 }, 'up'],
    [
      'structlog without a level, with its place',
      { event: 'up', lineno: 3, process: 7, ts: ISO, filename: 'a.py' },
      'up lineno=3 process=7 filename=a.py',
    ],
    [
      'zap',
      { level: 'info', ts: MS / 1000, caller: 'x.go:1', msg: 'hi' },
      'INFO  hi caller=x.go:1',
    ],
    ['winston', { level: 'verbose', message: 'hi', timestamp: ISO }, 'TRACE hi'],
    [
      'logstash',
      { '@timestamp': ISO, message: 'hi', level: 'WARN', level_value: 30000 },
      'WARN  hi level_value=30000',
    ],
    [
      'tracing',
      { timestamp: ISO, level: 'INFO', fields: { message: 'hi', n: 1 }, target: 'a' },
      'INFO  hi target=a n=1',
    ],
    ['seconds', { time: MS / 1000, level: 'INFO', message: 'hi' }, 'INFO  hi'],
    ['microseconds', { time: MS * 1e3, level: '30', msg: 'hi' }, 'INFO  hi'],
    ['digits', { time: String(MS), level: 'Warning', msg: 'hi' }, 'WARN  hi'],
    [
      'Monolog',
      { message: 'hi', level: 400, level_name: 'ERROR', datetime: ISO },
      'ERROR hi level=400',
    ],
    ['Monolog without names', { message: 'hi', level: 250, datetime: ISO }, 'INFO  hi'],
    [
      "Python's logging",
      { levelname: 'WARNING', level: 30, asctime: ISO, message: 'hi' },
      'WARN  hi level=30',
    ],
    ['Serilog', { Timestamp: ISO, Level: 'Error', MessageTemplate: 'hi' }, 'ERROR hi'],
    [
      'zap with its own encoder of times',
      { level: 'warn', ts: '2026-11-28T14:02:33.123', logger: 'http', msg: 'hi' },
      'WARN  hi logger=http',
    ],
    [
      'zap without a level, as klog has it',
      { ts: MS / 1000, caller: 'x.go:1', msg: 'hi', v: 0 },
      'hi caller=x.go:1 v=0',
    ],
    [
      'ECS',
      {
        ...{ '@timestamp': ISO, 'log.level': 'error', message: 'no' },
        ...{ 'ecs.version': '8.10.0', 'event.dataset': 'api' },
      },
      'ERROR no ecs.version=8.10.0 event.dataset=api',
    ],
    [
      'ECS of objects',
      { '@timestamp': ISO, log: { level: 'INFO', logger: 'a.B' }, message: 'hi' },
      'INFO  hi log={"logger":"a.B"}',
    ],
    [
      'ECS of a level alone',
      { '@timestamp': ISO, log: { level: 'INFO' }, message: 'x' },
      'INFO  x',
    ],
    [
      'Logstash without a level',
      { '@timestamp': ISO, '@version': 1, message: 'x' },
      'x @version=1',
    ],
    ['Google Cloud', { severity: 'NOTICE', time: ISO, message: 'hi' }, 'INFO  hi'],
    [
      'Google Cloud by its libraries',
      {
        ...{ severity: 'CRITICAL', message: 'no', component: 'a' },
        timestamp: { seconds: Math.floor(MS / 1000), nanos: 123_456_789 },
      },
      'FATAL no component=a',
    ],
    [
      'python-json-logger',
      { asctime: '2026-11-28 14:02:33,123', levelname: 'ERROR', name: 'app', message: 'no' },
      'ERROR no name=app',
    ],
    [
      'python-json-logger without a level',
      { asctime: '2026-11-28 14:02:33,123', message: 'hi', taskName: null },
      'hi taskName=null',
    ],
    [
      'winston in colour',
      { level: '\x1b[32minfo\x1b[39m', message: 'hi', timestamp: '2026-11-28 14:02:33.123' },
      'INFO  hi',
    ],
    [
      'winston, of an object',
      { level: 'warn', message: { a: 1 }, timestamp: ISO },
      'WARN  message={"a":1}',
    ],
    [
      'Serilog, compact',
      { '@t': ISO, '@mt': 'Hi {Who}', '@l': 'Warning', Who: 'a' },
      'WARN  Hi {Who} Who=a',
    ],
    ['Serilog, compact and rendered', { '@t': ISO, '@m': 'hi', '@i': 'a1' }, 'INFO  hi @i=a1'],
    [
      'Log4j',
      {
        ...{ instant: { epochSecond: Math.floor(MS / 1000), nanoOfSecond: 123_456_000 } },
        ...{ thread: 'main', level: 'INFO', loggerName: 'a.B', message: 'hi' },
      },
      'INFO  hi thread=main loggerName=a.B',
    ],
    ['Log4j of milliseconds', { timeMillis: MS, level: 'TRACE', message: 'hi' }, 'TRACE hi'],
    [
      '.NET',
      { Timestamp: ISO, EventId: 0, LogLevel: 'Critical', Category: 'a.B', Message: 'no' },
      'FATAL no EventId=0 Category=a.B',
    ],
    [
      'PostgreSQL',
      { timestamp: '2026-11-28 14:02:33.123', pid: 1, error_severity: 'LOG', message: 'hi' },
      'INFO  hi pid=1',
    ],
    [
      'MongoDB',
      { t: { $date: ISO }, s: 'D2', c: 'NETWORK', id: 22943, ctx: 'l', msg: 'hi', attr: { a: 1 } },
      'DEBUG hi c=NETWORK id=22943 ctx=l attr={"a":1}',
    ],
    [
      'GELF',
      { version: '1.1', host: 'h', short_message: 'hi', timestamp: MS / 1000, level: 4 },
      'WARN  hi version=1.1 host=h',
    ],
    [
      'HashiCorp',
      { '@level': 'info', '@message': 'hi', '@module': 'core', '@timestamp': ISO },
      'INFO  hi @module=core',
    ],
    [
      'Loguru',
      {
        text: 'x | hi\n',
        record: {
          ...{ exception: null, extra: { a: 1 }, function: 'f', message: 'hi', name: 'm' },
          ...{
            level: { icon: 'i', name: 'SUCCESS', no: 25 },
            time: { repr: 'r', timestamp: MS / 1000 },
          },
        },
      },
      'INFO  hi extra={"a":1} function=f name=m',
    ],
    ['nanoseconds', { time: MS * 1e6, level: 20, msg: 'hi' }, 'DEBUG hi'],
  ])('of %s: time, level, message, the other keys', (_logger, record, shown) => {
    expect(logLines(JSON.stringify(record), false)).toEqual([`14:02:33.123 ${shown}`]);
  });

  it('has its level in colour', () => {
    const [line] = logLines('{"level":"error","msg":"no","k":1}', true);
    expect(line).toBe('\x1b[31mERROR\x1b[39m \x1b[1mno\x1b[22m \x1b[2mk=\x1b[22m1');
  });

  it('has its stack trace below it, line for line', () => {
    const stack = 'TypeError: no\n    at f (/app/a.js:1:2)\n    at g (/app/b.js:3:4)';
    const err = { type: 'TypeError', message: 'no', stack, code: 'E1' };
    expect(logLines(JSON.stringify({ level: 50, msg: 'failed', err }), false)).toEqual([
      'ERROR failed err={"code":"E1"}',
      '    TypeError: no',
      '        at f (/app/a.js:1:2)',
      '        at g (/app/b.js:3:4)',
    ]);
    const logback = { level: 'ERROR', message: 'x', stack_trace: stack };
    expect(logLines(JSON.stringify(logback), false)).toHaveLength(4);
  });

  it('has the stack of a cause, and all that no stack says', () => {
    const err = {
      ...{
        type: 'TypeError',
        message: 'told otherwise',
        stack: 'TypeError: no\n    at f',
        code: 7,
      },
      cause: { message: 'inner', stack: 'Error: inner\n    at g', cause: { stack: 'Error: last' } },
    };
    expect(logLines(JSON.stringify({ level: 50, msg: 'failed', err }), false)).toEqual([
      'ERROR failed err={"message":"told otherwise","code":7}',
      ...['    TypeError: no', '        at f', '    Caused by: Error: inner', '        at g'],
      '    Caused by: Error: last',
    ]);
    // Pino and Bunyan put causes into the stack themselves.
    const own = {
      stack: 'E: no\n    at f\ncaused by: E2: inner\n    at g',
      cause: { stack: 'E2: inner\n    at g' },
    };
    expect(logLines(JSON.stringify({ level: 50, err: own }), false)).toHaveLength(5);
    const short = { type: 'Error', message: 'gone', stack: 'Error: gone' };
    expect(logLines(JSON.stringify({ level: 50, msg: 'x', err: short }), false)).toEqual([
      'ERROR x',
      '    Error: gone',
    ]);
  });

  it('has the frames of zerolog and of structlog line for line', () => {
    const frames = [
      { func: 'f', line: '12', source: 'main.go' },
      { func: 'main', line: '20', source: 'main.go' },
    ];
    const zerolog = { level: 'error', error: 'gone', stack: frames, message: 'x' };
    expect(logLines(JSON.stringify(zerolog), false)).toEqual([
      'ERROR x error=gone',
      '        at f (main.go:12)',
      '        at main (main.go:20)',
    ]);
    const bare = { n: 1, event: 'x', timestamp: MS / 1000, exception: 'Traceback:\n  File\nE: no' };
    expect(logLines(JSON.stringify(bare), false)).toEqual([
      '14:02:33.123 x n=1',
      ...['    Traceback:', '      File', '    E: no'],
    ]);
    const exception = [
      {
        exc_type: 'KeyError',
        exc_value: "'a'",
        frames: [{ filename: 'a.py', lineno: 3, name: 'f' }],
      },
    ];
    const structlog = { event: 'x', level: 'error', exception };
    expect(logLines(JSON.stringify(structlog), false)).toEqual([
      'ERROR x',
      '      File "a.py", line 3, in f',
      "    KeyError: 'a'",
    ]);
    const thrown = {
      ...{ name: 'a.E', message: 'no', localizedMessage: 'no' },
      extendedStackTrace: [{ class: 'a.B', method: 'f', file: 'B.java', line: 3 }],
    };
    expect(logLines(JSON.stringify({ level: 'ERROR', message: 'x', thrown }), false)).toEqual([
      'ERROR x',
      '    a.E: no',
      '        at a.B.f(B.java:3)',
    ]);
    const zap = {
      level: 'error',
      ts: 5,
      msg: 'x',
      error: 'no',
      errorVerbose: 'no\nmain.f\n\ta.go:3',
    };
    expect(logLines(JSON.stringify(zap), false)).toEqual([
      'ERROR x ts=5 error=no',
      ...['    no', '    main.f', '     a.go:3'],
    ]);
    const loguru = {
      text: 'x | ERROR | no\nTraceback:\n  File "a.py", line 3\nKeyError: 1\n',
      record: { level: { name: 'ERROR' }, message: 'no', exception: { type: 'KeyError' } },
    };
    expect(logLines(JSON.stringify(loguru), false)).toEqual([
      'ERROR no',
      ...['    Traceback:', '      File "a.py", line 3', '    KeyError: 1'],
    ]);
    for (const odd of [
      [],
      [1],
      [{ func: 1 }],
      [{ exc_type: 2 }],
      [{ exc_type: 'E', frames: [1] }],
      {},
      null,
    ]) {
      expect(
        logLines(
          JSON.stringify({ level: 'error', msg: 'x', stack: odd, exception: odd }),
          false,
        )[0],
      ).toMatch(/^ERROR/);
    }
  });

  it('keeps each digit of a number that is longer than numbers are here', () => {
    const line =
      '{"level":30,"msg":"of \\"1234567890123456789\\"","id":12345678901234567891,"n":-5}';
    expect(logLines(line, false)).toEqual([
      'INFO  of "1234567890123456789" id=12345678901234567891 n=-5',
    ]);
  });

  it('shows colours within its texts as text', () => {
    const red = '\x1b[31mred\x1b[0m';
    const record = { level: 30, msg: red, own: red, deep: { list: [`a ${red}`] } };
    expect(logLines(JSON.stringify(record), false)).toEqual([
      'INFO  red own=red deep={"list":["a red"]}',
    ]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf+2'])(
    'is laid out when its level is called %s',
    (level) => {
      expect(logLines(`{"level":"${level}","msg":"x"}`, true)[0]).toContain(level);
    },
  );

  it.each([1e300, -5, 0, 5, 1e21, '1e300', '', 'now', null, {}, [1]])(
    'is laid out when its time is %j',
    (time) => {
      const [line] = logLines(JSON.stringify({ level: 30, msg: 'x', time }), false);
      expect(line).toMatch(/^INFO {2}x time=/);
    },
  );

  it.each([
    'a plain line',
    '{"price":42}',
    '{"event":"click"}',
    '[1,2]',
    '{"level":"info","msg":"cut o',
    '{}',
    '{"t":5,"date":"tomorrow"}',
    'null',
    '{"message":"Not Found","status":404}',
    '{"code":0,"msg":"ok","data":{"id":1},"timestamp":1764338553}',
    `{"timestamp":"${ISO}","status":404,"error":"Not Found","message":"no such thing","path":"/a"}`,
    `{"type":"about:blank","title":"Bad","status":400,"detail":"x","time":"${ISO}"}`,
    '{"level":"info"}',
    '{"level":"gold","message":"Welcome"}',
    '{"level":30,"message":"Not enough mana"}',
    '{"level":42,"msg":"up","time":1764338553}',
    `{"level":5000,"message":"x","time":"${ISO}"}`,
    '{"level":20,"time":1764338553}',
    '{"severity":"high","event":"alarm"}',
    '{"severity":2,"message":"Unexpected any","line":1}',
    `{"event":"click","timestamp":"${ISO}","x":5}`,
    `{"id":1,"timestamp":"${ISO}","event":"click"}`,
    `{"id":1,"event":{"name":"click"},"timestamp":"${ISO}"}`,
    '{"id":1,"event":"click","timestamp":"tomorrow"}',
    `{"@timestamp":"${ISO}","value":3}`,
    '{"s":"I","t":{"$date":"tomorrow"},"msg":"x"}',
    `{"id":7,"date":"${ISO}","message":{"text":"hi"}}`,
    '{"text":"a","record":{"message":"b","level":3}}',
    '{"log":{"level":3},"message":"x"}',
  ])('is left as it came where it is no record: %s', (line) => {
    expect(readLogRecord(line)).toBeUndefined();
    expect(logLines(line, false)).toEqual([line]);
  });

  it('is found by what it was, and by what it is shown as', () => {
    const line = JSON.stringify({ level: 30, time: MS, msg: 'GET /', status: 500 });
    for (const pattern of [/"status":500/u, /status=500/u, /INFO {2}GET/u, /^\{"level":30/u]) {
      expect(logMatches(line, pattern)).toBe(true);
    }
    expect(logMatches(line, /status=200/u)).toBe(false);
  });
});
