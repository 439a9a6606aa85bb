import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logsAround } from '../../../../src/app/logs/around.ts';
import { LineGroups } from '../../../../src/app/logs/line-groups.ts';
import { followLogs } from '../../../../src/app/logs.ts';
import type { LogLine } from '../../../../src/ports/engine-containers.ts';
import { aContainer } from '../../../support/containers.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const clock = new VirtualClock();

/** Lines of one millisecond after the other. */
function log(text: string, fromMs = 0, stream: LogLine['stream'] = 'stderr'): LogLine[] {
  return text.split('\n').map((one, at) => ({ stream, atMs: fromMs + at, text: one }));
}

function shown(lines: readonly LogLine[], pattern: RegExp): string {
  const groups = new LineGroups((text) => pattern.test(text));
  return lines
    .flatMap((line) => groups.take(line))
    .map(({ line }) => line.text)
    .join('\n');
}

const NODE = `/workspace/api/src/server.ts:12
    throw new RangeError('boom');
          ^

RangeError: boom
    at handler (/workspace/api/src/server.ts:12:11)
    at node:internal/main`;
const PYTHON = `Traceback (most recent call last):
  File "/workspace/jobs/run.py", line 3, in <module>
    boom()
KeyError: 'boom'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/workspace/jobs/run.py", line 5, in <module>
ValueError: boom again`;
const GO = `panic: boom

goroutine 1 [running]:
main.main()
\t/workspace/pricing/main.go:9 +0x1d
exit status 2`;
const JAVA = `java.lang.IllegalStateException: boom
\tat com.example.App.main(App.java:7)
Caused by: java.io.IOException: disk
\tat com.example.App.read(App.java:19)
\t... 1 more`;

describe('stack traces in a log', () => {
  it.each([
    ['Node', NODE, /server\.ts:12:11/],
    ['Node, by its first line', NODE, /^\/workspace/],
    ['Python, by its last line', PYTHON, /boom again/],
    ['Python, by a line within', PYTHON, /line 3/],
    ['Go', GO, /main\.go/],
    ['Java, by its cause', JAVA, /IOException/],
  ])('%s: one line matches, and the whole is shown, no more', (_name, trace, pattern) => {
    const lines = log(`before\n${trace}\nafter`);
    expect(shown(lines, pattern)).toBe(trace);
  });

  it('end where another line begins, by what it is, its stream or its time', () => {
    expect(shown(log('Error: a\n    at x\nplain'), /Error/)).toBe('Error: a\n    at x');
    const other = [...log('Error: a'), ...log('    at x', 1, 'stdout')];
    expect(shown(other, /Error/)).toBe('Error: a');
    expect(shown([...log('Error: a'), ...log('    at x', 5_000)], /Error/)).toBe('Error: a');
  });

  it('nothing is lost, doubled or moved where everything matches', () => {
    const part = fc.constantFrom(...`${NODE}\n${PYTHON}\n${GO}\n${JAVA}\n\nplain`.split('\n'));
    fc.assert(
      fc.property(fc.array(part), (texts) => {
        const all = texts.join('\n');
        expect(shown(log(all), /^/)).toBe(all);
        // What is shown of a part is in its order, and has all that matches.
        const some = shown(log(all), /boom/).split('\n');
        const matching = texts.filter((text) => text.includes('boom'));
        expect(some.filter((text) => text.includes('boom'))).toEqual(
          matching.length === 0 ? [] : matching,
        );
      }),
    );
  });
});

describe('of several services', () => {
  const byId = new Map([
    ['id-api', log(GO)],
    ['id-db', log('checkpoint\ncheckpoint', 2)],
  ]);
  async function* logs(id: string): AsyncGenerator<LogLine> {
    await Promise.resolve();
    yield* byId.get(id) ?? [];
  }
  const containers = [aContainer('api'), aContainer('db')];

  it('no line of another comes between', async () => {
    const lines: string[] = [];
    const request = { containers, follow: false, tail: 50, sinceMs: undefined, grep: undefined };
    await followLogs(
      { engine: { logs }, clock },
      request,
      ({ text }) => void lines.push(text),
      new AbortController().signal,
    );
    expect(lines.join('\n')).toBe(`${GO}\ncheckpoint\ncheckpoint`);
  });

  it('a request whose id is in the trace is shown with all of it', async () => {
    const around = { kind: 'request', id: 'main.go:9' } as const;
    const found = await logsAround({ logs }, { containers, around, windowMs: 0 });
    expect(found.lines.map(({ text }) => text).join('\n')).toBe(GO);
  });
});
