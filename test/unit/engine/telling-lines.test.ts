import { describe, expect, it } from 'vitest';
import { tellingLines } from '../../../src/engine/telling-lines.ts';

const frames = (count: number, text: string): string[] => Array<string>(count).fill(text);

const STACKS: Readonly<Record<string, readonly [error: string, lines: readonly string[]]>> = {
  Node: [
    "TypeError: Cannot read properties of undefined (reading 'port')",
    [
      'file:///app/server.js:3',
      '    throw new TypeError("x")',
      '    ^',
      '',
      "TypeError: Cannot read properties of undefined (reading 'port')",
      ...frames(14, '    at ModuleJob.run (node:internal/modules/esm/module_job:263:25)'),
      '',
      'Node.js v20.19.2',
    ],
  ],
  'Node, whose cause comes last': [
    '  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432',
    [
      'Error: no database',
      ...frames(3, '    at main (file:///app/server.js:1:1)'),
      '  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432',
      ...frames(12, '      at TCPConnectWrap.afterConnect (node:net:1555:16)'),
      '}',
    ],
  ],
  Java: [
    'Caused by: java.net.ConnectException: Connection refused',
    [
      'Exception in thread "main" java.lang.IllegalStateException: no database',
      ...frames(5, '\tat com.example.Main.main(Main.java:5)'),
      'Caused by: java.net.ConnectException: Connection refused',
      ...frames(12, '\tat java.base/sun.nio.ch.Net.connect0(Native Method)'),
      '\t... 12 more',
    ],
  ],
  Go: [
    'panic: runtime error: index out of range [3] with length 3',
    [
      'panic: runtime error: index out of range [3] with length 3',
      '',
      'goroutine 1 [running]:',
      ...Array.from({ length: 8 }, (_, n) => [
        `main.step${n}(...)`,
        `\t/app/main.go:${n} +0x1d`,
      ]).flat(),
      'exit status 2',
    ],
  ],
  Rust: [
    "thread 'main' panicked at src/main.rs:2:5:",
    [
      "thread 'main' panicked at src/main.rs:2:5:",
      'no database',
      'stack backtrace:',
      ...Array.from({ length: 9 }, (_, n) => [
        `   ${n}: app::main`,
        `             at ./src/main.rs:2:5`,
      ]).flat(),
    ],
  ],
};

describe('the lines that tell why a program ended', () => {
  it.each(Object.entries(STACKS))('begin with the error: %s', (_, [error, stack]) => {
    const told = tellingLines(['listening on 8080', ...stack], 10);
    expect(told).toHaveLength(10);
    expect(told.slice(0, 2)).toEqual([error, '…']);
    expect(told.at(-1)).toBe(stack.at(-1));
  });

  it('are the last ones, where the error is among them', () => {
    const python = [
      'Traceback (most recent call last):',
      ...frames(20, '  File "/app/main.py", line 3, in <module>'),
      'ValueError: no database',
    ];
    expect(tellingLines(python, 10)).toEqual(python.slice(-10));
  });

  it('are the last ones, where nothing says that it is an error', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`);
    expect(tellingLines(lines, 10)).toEqual(lines.slice(-10));
    expect(tellingLines(['one'], 10)).toEqual(['one']);
    expect(tellingLines([], 10)).toEqual([]);
  });
});

it('cuts a line that would push all others out of sight, and says how much there is of it', () => {
  const [line = ''] = tellingLines(['x'.repeat(20_000), 'Error: short'], 5);
  expect(line).toHaveLength(500 + '… (19500 more characters)'.length);
  expect(line).toMatch(/x… \(19500 more characters\)$/);
});
