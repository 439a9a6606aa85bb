import { describe, expect, it } from 'vitest';
import type { Output } from '../../../src/ports/terminal.ts';
import { jsonText } from '../../../src/util/json-text.ts';
import { oneLine, outputLine, ownLine, terminalText } from '../../../src/util/terminal-text.ts';
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
    ['the direction of writing', '\u202etext\u202c\u2066\u2069\u061c'],
    ['what is not seen', 'te\u200b\u200d\u2060\ufeff\u00adxt\u{e0041}\u{e007f}'],
    ['line ends of Unicode', 'te\u2028\u2029\u0085xt'],
    ['text that is not to be seen', '\x1b[8mtext\x1b[5;6;11m'],
  ])('does not drive it: %s', (_what, line) => {
    expect(outputLine(line, true)).toBe('text');
  });

  it('is not made to drive it by what is taken out', () => {
    for (const inner of ['\x1b[2J', '\x1b]0;x\x07', '\u200b', '\x07']) {
      for (const [head, tail] of [
        ['\x1b', '[2Jtext'],
        ['\x1b', ']0;xtext'],
        ['\x1b[', '2Jtext'],
        ['\x1b[8', 'mtext'],
      ]) {
        const shown = outputLine(`${head ?? ''}${inner}${tail ?? ''}`, true);
        expect(shown).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }
    }
  });

  it('keeps its colours to itself, and only where they are wanted', () => {
    expect(outputLine('\x1b[1;38;2;1;2;3mred\x1b[0m\tplain', true)).toBe(
      '\x1b[1;38;2;1;2;3mred\x1b[0m\tplain',
    );
    expect(outputLine('\x1b[31mred', true)).toBe('\x1b[31mred\x1b[0m');
    expect(outputLine('\u009b38;5;196;8;1mred\x1b[39;22m', true)).toBe(
      '\x1b[38;5;196;1mred\x1b[39;22m',
    );
    expect(outputLine('\x1b[48;2;1mred', true)).toBe('red');
    expect(outputLine('\x1b[31mred', false)).toBe('red');
    expect(outputLine('a plain line – 漢字, ☀️', true)).toBe('a plain line – 漢字, ☀️');
  });

  it('is cut where it is far too long', () => {
    expect(outputLine('x'.repeat(5_000_000), true)).toBe(
      `${'x'.repeat(10_000)}… (4990000 more characters)`,
    );
  });
});

describe('a log line', () => {
  const line = {
    stream: 'stdout',
    atMs: 1,
    service: 'api',
    text: 'a\r\x1b]0;x\x07te\u202ext',
  } as const;
  const shown = (output: Pick<Output, 'color' | 'isTty'>) => logLineText(line, ['api'], output);

  it('is text on a terminal and in a pipe', () => {
    expect(shown({ color: false, isTty: true })).toBe('api │ text\n');
    expect(shown({ color: false, isTty: false })).toBe('api │ text\n');
  });
});

describe('somebody else’s word in a line of ours', () => {
  it('is one line of text', () => {
    expect(oneLine('a\nerror: b\r\nc\u2028d\x1b[31m\te')).toBe('a error: b c d e');
    expect(ownLine('\x1b[31ma\x1b[39m\nfix: x')).toBe('\x1b[31ma\x1b[39m fix: x');
  });
});

describe('all that is written', () => {
  it('keeps its lines and our colours', () => {
    const ours = '\x1b[31merror:\x1b[39m \x1b[1ma\x1b[22m\n\tb\n';
    expect(terminalText(ours, true)).toBe(ours);
    expect(terminalText('a\r\nb\x1b[2J\rc\n', true)).toBe('a\nbc\n');
    // Colours end with their line, so that the next one is as it should be.
    expect(terminalText('\x1b[7;31ma\nb', true)).toBe('\x1b[7;31ma\x1b[0m\nb');
  });

  it('as JSON means the same and shows all', () => {
    const value = { 'a\u202e': '\u009b2J \u2028 \u{e0041} \x1b[2J ☀️ 漢字 \x7f' };
    const text = jsonText(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(terminalText(text, false)).toBe(text);
    expect(text).toMatch(/^[\n\x20-\x7e☀️漢字]*$/);
  });
});
