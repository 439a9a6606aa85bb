import { expect, it } from 'vitest';
import { meaningOf } from '../../../src/engine/known-words.ts';

it.each([
  ['exec /entry.sh: no such file or directory', '/entry.sh is not there, or'],
  ['[FATAL tini (7)] exec /entry.sh failed: No such file or directory', '/entry.sh is not there'],
  [
    'standard_init_linux.go:228: exec user process caused: no such file or directory',
    'its program',
  ],
  [
    '[FATAL tini (7)] exec npm start failed: No such file or directory',
    'there is no program "npm start", spaces and all: each word by itself, ["npm","start"]',
  ],
  ['exec /entry.sh: exec format error', 'another kind of processor'],
  ["/usr/bin/env: 'bash\\r': No such file or directory", 'a script has lines that end in CRLF'],
  ['env: ‘node\r’: No such file or directory', 'a script has lines that end in CRLF'],
  ["./run.sh: line 2: $'\\r': command not found", 'a script has lines that end in CRLF'],
  ['/bin/sh^M: bad interpreter', 'a script has lines that end in CRLF'],
])('what %j means is told', (line, meaning) => {
  expect(meaningOf(['starting', line])).toContain(meaning);
});

it.each(['cat: x: No such file or directory', 'Error: ENOENT: no such file or directory', ''])(
  '%j speaks for itself',
  (line) => {
    expect(meaningOf([line])).toBeUndefined();
  },
);
