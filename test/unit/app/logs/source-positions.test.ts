import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourcePositions } from '../../../../src/app/logs/source-positions.ts';
import { hostileText } from '../../../support/hostile-text.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const SOURCE = `interface Order {
  readonly quantity: number;
}

export function price(order: Order): number {
  if (order.quantity < 0) {
    throw new RangeError('below zero');
  }
  return order.quantity * 950;
}
`;

/** What a real compiler makes of it, and where in that the error is thrown. */
function compiled(sourcemap: 'external' | 'inline') {
  const { code, map } = transformSync(SOURCE, {
    loader: 'ts',
    sourcemap,
    sourcefile: '../src/server.ts',
  });
  const lines = code.split('\n');
  const line = lines.findIndex((text) => text.includes('new RangeError')) + 1;
  const column = (lines[line - 1]?.indexOf('new RangeError') ?? 0) + 1;
  return { code, map, at: `/workspace/api/dist/server.js:${line}:${column}` };
}

function positionsIn(files: Readonly<Record<string, string>>): SourcePositions {
  const memory = new MemoryFiles({ '/shop/api/src/server.ts': SOURCE, ...files });
  return new SourcePositions('/shop', memory);
}

const linked = (code: string): string => `${code}//# sourceMappingURL=server.js.map\n`;
const THROWN = '/workspace/api/src/server.ts:7:11';

describe('positions in compiled files', () => {
  it('are told by their sources, with a map beside the program', () => {
    const { code, map, at } = compiled('external');
    const positions = positionsIn({
      '/shop/api/dist/server.js': linked(code),
      '/shop/api/dist/server.js.map': map,
    });
    expect(at).not.toContain(':7:11');
    expect(positions.inText(`    at price (${at})`)).toBe(`    at price (${THROWN})`);
    expect(positions.inText(`    at file://${at}`)).toBe(`    at file://${THROWN}`);
    const record = JSON.stringify({
      level: 50,
      err: { stack: `RangeError: x\n    at price (${at})` },
    });
    expect(positions.inText(record)).toBe(record.replace(at, THROWN));
    expect(positions.inText(`${at} and ${at}`)).toBe(`${THROWN} and ${THROWN}`);
  });

  it('likewise with a map in it, and by the line alone', () => {
    const { code, at } = compiled('inline');
    const positions = positionsIn({ '/shop/api/dist/server.js': code });
    expect(positions.inText(at)).toBe(THROWN);
    const line = Number(/:(\d+):/.exec(at)?.[1]);
    const place = { file: 'api/dist/server.js', line, column: undefined };
    expect(positions.of(place)).toMatchObject({ file: 'api/src/server.ts', line: 7 });
  });

  it('follow what is compiled anew', () => {
    const { code, map, at } = compiled('external');
    const files = new MemoryFiles({
      '/shop/api/src/server.ts': SOURCE,
      '/shop/api/dist/server.js': linked(code),
      '/shop/api/dist/server.js.map': map,
    });
    const positions = new SourcePositions('/shop', files);
    expect(positions.inText(at)).toBe(THROWN);
    files.writeAtomic('/shop/api/dist/server.js.map', '{}');
    expect(positions.inText(at)).toBe(at);
  });

  it('of a bundle are found from the folder that it was made in', () => {
    const { code, map, at } = compiled('external');
    const bundled = map.replace('../src/server.ts', 'webpack://api/./src/server.ts');
    const positions = positionsIn({
      '/shop/api/dist/server.js': linked(code),
      '/shop/api/dist/server.js.map': bundled,
    });
    expect(positions.inText(at)).toBe(THROWN);
  });

  it('stay as they are without a map, with a broken one, or where the source is not there', () => {
    const { code, map, at } = compiled('external');
    const program = { '/shop/api/dist/server.js': linked(code) };
    const mapped = (text: string) => ({ ...program, '/shop/api/dist/server.js.map': text });
    const elsewhere = (source: string) => mapped(map.replace('../src/server.ts', source));
    for (const files of [
      {},
      program,
      ...['', '{', '[]', 'null', '{"version":3,"sources":["a"],"mappings":"!!"}'].map(mapped),
      ...['gone.ts', '../../../etc/passwd', 'https://x/server.ts', 'file:///etc/passwd'].map(
        elsewhere,
      ),
      { '/shop/api/dist/server.js': `${code}//# sourceMappingURL=../../../server.js.map\n` },
      {
        '/shop/api/dist/server.js': `${code}//# sourceMappingURL=data:application/json;base64,!\n`,
      },
    ]) {
      expect(positionsIn(files).inText(`at ${at}`)).toBe(`at ${at}`);
    }
  });

  it('that are sources already, or another machine’s, are left alone', () => {
    const positions = positionsIn({});
    for (const text of [
      THROWN,
      '/home/x/dist/server.js:1:1',
      '/workspace/api/dist/server.js:0:0',
    ]) {
      expect(positions.inText(text)).toBe(text);
    }
    fc.assert(fc.property(hostileText, (text) => positions.inText(text) === text));
  });
});
