import { describe, expect, it } from 'vitest';
import { readHost } from '../../../src/adapters/host.ts';
import { missingEditor } from '../../../src/dash/capabilities.ts';
import { EditorWords } from '../../../src/dash/editor-words.ts';
import { Editors, fileOfProject } from '../../../src/dash/editors.ts';
import type { PtyOptions } from '../../../src/ports/pty.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ok } from '../../../src/util/result.ts';

describe('the editors of the dashboard', () => {
  it('have a window each, files of one name too, which goes when the editor ends', async () => {
    const started: PtyOptions[] = [];
    const said: string[] = [];
    let end: (status: number) => void = () => undefined;
    const editors = new Editors(
      {
        host: { ...readHost('/tool', '0'), environment: { EDITOR: 'vi' } },
        openPty: (options) => {
          started.push(options);
          const exited = new Promise<number>((resolve) => {
            end = resolve;
          });
          const nothing = (): void => undefined;
          const pty = { write: nothing, resize: nothing, pause: nothing, resume: nothing };
          return Promise.resolve(ok({ pid: 1, ...pty, onData: nothing, exited, close: nothing }));
        },
      },
      { changed: () => undefined, say: (text) => void said.push(text) },
    );
    const open = (file: string): string => editors.open({ root: '/shop', file, line: 3 });
    expect(open('api/index.ts')).toBe('edit index.ts');
    expect(open('web/index.ts')).toBe('edit web/index.ts');
    expect(open('api/index.ts')).toBe('edit index.ts');
    expect(editors.windows).toHaveLength(2);
    const sink = { write: () => undefined, reset: () => undefined, ended: () => undefined };
    editors.source('edit:web/index.ts')?.({ columns: 80, rows: 24 }, sink);
    await Promise.resolve();
    expect(started[0]?.argv).toEqual(['vi', '+3', '/shop/web/index.ts']);
    end(0);
    await expect.poll(() => editors.windows.map(({ name }) => name)).toEqual(['edit index.ts']);
    expect(said).toEqual(['vi has opened web/index.ts:3']);
  });

  it('say why they have gone at once, and what they opened elsewhere', () => {
    const atEnd = (why: string, ...written: readonly (string | Uint8Array)[]) => {
      const words = new EditorWords();
      for (const one of written) words.take(one);
      return words.atEnd('code', why, 'a.ts:3');
    };
    const error = Buffer.from('\x1b[31mError:\x1b[0m cannot open display: :0\r\n\r\n');
    expect(atEnd('ended with status 1', 'x\r\n', error)).toBe(
      'code ended with status 1: Error: cannot open display: :0',
    );
    expect(atEnd('not started')).toBe('code not started');
    expect(atEnd('ended with status 0', 'whatever\r\n')).toBe('code has opened a.ts:3');
    // Those that are in the window have shown it.
    expect(atEnd('ended with status 0', '\x1b[?10', '49h', 'x'.repeat(3000))).toBeUndefined();
    expect(atEnd('ended with status 1', '\x1b[?1049h~\r\n~\x1b[?1049l')).toBe(
      'code ended with status 1',
    );
    expect(atEnd('ended with status 1', 'x'.repeat(9000))?.length).toBeLessThan(300);
  });

  it('that are not there are told by name, with what names them', () => {
    const programs = new Set(['/usr/bin/vi', '/opt/code/bin/code']);
    const told = (environment: Readonly<Record<string, string>>): string | undefined =>
      missingEditor({ PATH: '/usr/local/bin:/usr/bin', ...environment }, (path) =>
        programs.has(path),
      );
    expect(told({})).toBeUndefined();
    expect(told({ EDITOR: 'vi -p' })).toBeUndefined();
    expect(told({ VISUAL: '/opt/code/bin/code --wait', EDITOR: 'gone' })).toBeUndefined();
    expect(told({ EDITOR: 'nvmi -p' })).toBe('there is no program nvmi, which $EDITOR names');
    expect(told({ VISUAL: '/opt/x', EDITOR: 'vi' })).toMatch(/no program \/opt\/x, which \$VISUAL/);
    expect(told({ PATH: '' })).toContain('no program vi: $EDITOR says which');
  });

  it('open files of the project, however they are spelled, and no others', () => {
    const files = new MemoryFiles({ '/real/shop/api/a.ts': '', '/real/other/b.ts': '' });
    files.link('/shop', '/real/shop');
    files.link('/real/shop/out', '/real/other');
    const found = (file: string): string | undefined => fileOfProject('/shop', file, files);
    expect(found('api/a.ts')).toBe('api/a.ts');
    expect(found('/shop/api/a.ts')).toBe('api/a.ts');
    expect(found('/real/shop/api/a.ts')).toBe('api/a.ts');
    for (const other of ['api/gone.ts', 'api', '../other/b.ts', '/real/other/b.ts', 'out/b.ts']) {
      expect(found(other)).toBeUndefined();
    }
  });
});
