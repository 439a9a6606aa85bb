import { describe, expect, it } from 'vitest';
import { createOutputBuffer } from '../../../src/checks/output-buffer.ts';

describe('the output buffer', () => {
  it('keeps everything up to its bounds', () => {
    const buffer = createOutputBuffer(4, 4);
    for (const part of ['ab', 'cd', 'ef', 'gh']) buffer.push(Buffer.from(part));
    expect(buffer.text()).toBe('abcdefgh');
    expect(buffer.totalBytes).toBe(8);
  });

  it('past them keeps beginning and end and says what is missing', () => {
    const buffer = createOutputBuffer(4, 4);
    buffer.push(Buffer.from('abcdefghij'));
    for (let index = 0; index < 100; index += 1) buffer.push(Buffer.from('0123456789'));
    expect(buffer.text()).toBe('abcd\n… 1002 bytes left out …\n6789');
  });

  it('gives the last lines', () => {
    const buffer = createOutputBuffer(100, 100);
    expect(buffer.tail(3)).toEqual([]);
    buffer.push(Buffer.from('one\ntwo\r\nthree\nfour\n'));
    expect(buffer.tail(3)).toEqual(['two', 'three', 'four']);
  });

  it('cuts lines that have no end', () => {
    const buffer = createOutputBuffer(1_000_000, 1_000_000);
    buffer.push(Buffer.alloc(500_000, 'x'));
    expect(buffer.tail(3).join('').length).toBe(2_000);
  });
});
