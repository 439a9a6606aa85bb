import { describe, expect, it } from 'vitest';
import type { Output } from '../../../src/ports/terminal.ts';
import { tamed } from '../../../src/util/tamed.ts';
import { logLineText } from '../../../src/views/log-text.ts';

describe('a line of a container on our terminal', () => {
  it.each([
    ['its title', '\x1b]0;root@bank\x07text'],
    ['its clipboard', '\x1b]52;c;cm0gLXJmIC8=\x1b\\text'],
    ['a clipboard that is broken off', 'text\x1b]52;c;cm0gLXJmIC8='],
    ['a link', '\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\'],
    ['a question', '\x1b[6n\x1b[>c\x1bPtext-less\x1b\\text'],
    ['its screen', '\x1b[2J\x1b[1;1H\x1b[?1049h\x1bctext'],
    ['its mouse and cursor', '\x1b[?1003h\x1b[?25ltext'],
    ['its bell', '\x07te\x00xt\x7f'],
    ['all of it in eight bits', '\u009d0;title\u009c\u009b2Jtext\u009b6n'],
    ['a half sequence', 'text\x1b[38;5'],
    ['a lone escape', 'text\x1b'],
    ['what was written over', '10 %\r50 %\rtext\r'],
  ])('does not drive it: %s', (_what, line) => {
    expect(tamed(line, true)).toBe('text');
  });

  it('keeps its colours to itself, and only where they are wanted', () => {
    expect(tamed('\x1b[1;38;2;1;2;3mred\x1b[0m\tplain', true)).toBe(
      '\x1b[1;38;2;1;2;3mred\x1b[0m\tplain\x1b[0m',
    );
    expect(tamed('\x1b[31mred', false)).toBe('red');
    expect(tamed('a plain line – 漢字', true)).toBe('a plain line – 漢字');
  });

  it('is as it was where it goes into a file', () => {
    const line = { stream: 'stdout', atMs: 1, service: 'api', text: '\x1b]0;x\x07text' } as const;
    const shown = (output: Pick<Output, 'color' | 'isTty'>) => logLineText(line, ['api'], output);
    expect(shown({ color: false, isTty: false })).toBe('api │ \x1b]0;x\x07text\n');
    expect(shown({ color: false, isTty: true })).toBe('api │ text\n');
  });
});
