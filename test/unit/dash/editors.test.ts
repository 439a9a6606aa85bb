import { describe, expect, it } from 'vitest';
import { readHost } from '../../../src/adapters/host.ts';
import { Editors } from '../../../src/dash/editors.ts';
import type { PtyOptions } from '../../../src/ports/pty.ts';
import { ok } from '../../../src/util/result.ts';

describe('the editors of the dashboard', () => {
  it('have a window each, files of one name too, which goes when the editor ends', async () => {
    const started: PtyOptions[] = [];
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
      () => undefined,
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
  });
});
