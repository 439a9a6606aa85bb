import { describe, expect, test } from 'vitest';
import { cloneIn } from '../../../src/app/lsp.ts';
import { fittingGreeting, openedFolders } from '../../../src/app/lsp/greeting.ts';

const greeting = (params: object): object => ({ id: 1, method: 'initialize', params });

describe('an editor’s first message', () => {
  test('names what is open, whichever of the ways it takes', () => {
    expect(
      openedFolders(
        greeting({
          rootUri: 'file:///a%20b',
          rootPath: '/c',
          workspaceFolders: [{ uri: 'file:///d' }, { uri: 'untitled:x' }, 3],
        }),
      ),
    ).toEqual(['/a b', '/d', '/c']);
    expect(openedFolders(greeting({ rootUri: null, workspaceFolders: null }))).toEqual([]);
    expect(openedFolders({ method: 'initialized' })).toEqual([]);
  });

  test('has no process that a container lacks, and no folders outside the clone', () => {
    const fitted = fittingGreeting(
      greeting({
        processId: 7,
        rootUri: 'file:///home/ada',
        workspaceFolders: [
          { uri: 'file:///home/ada', name: 'ada' },
          { uri: 'file:///workspace/api', name: 'api' },
        ],
        capabilities: { a: true },
      }),
      '/workspace',
    );
    expect(fitted).toEqual(
      greeting({
        processId: null,
        rootUri: 'file:///workspace/api',
        rootPath: '/workspace/api',
        workspaceFolders: [{ uri: 'file:///workspace/api', name: 'api' }],
        capabilities: { a: true },
      }),
    );
    expect(fittingGreeting(greeting({ rootUri: null }), '/workspace')).toEqual(
      greeting({ processId: null, rootUri: 'file:///workspace', rootPath: '/workspace' }),
    );
    const other = { id: 2, method: 'shutdown' };
    expect(fittingGreeting(other, '/workspace')).toBe(other);
  });
});

describe('the clone as the editor names it', () => {
  const links: Readonly<Record<string, string>> = { '/link': '/home/ada/shop', '/up': '/home/ada' };
  const realPath = (path: string): string | undefined => {
    const link = Object.keys(links).find((one) => path === one || path.startsWith(`${one}/`));
    return link === undefined ? path : (links[link] ?? '') + path.slice(link.length);
  };
  const found = (opened: string): string | undefined =>
    cloneIn([opened], '/home/ada/shop', { realPath });

  test('is found by what it is, also behind a link, above it and below it', () => {
    expect(found('/home/ada/shop/')).toBe('/home/ada/shop');
    expect(found('/home/ada/shop/api')).toBe('/home/ada/shop');
    expect(found('/link/api')).toBe('/link');
    expect(found('/up')).toBe('/up/shop');
    expect(found('/home')).toBe('/home/ada/shop');
    expect(found('/home/ada/shop2')).toBeUndefined();
  });
});
