import { describe, expect, it } from 'vitest';
import { realCase } from '../../../src/definitions/real-case.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { failures } from '../../support/definition-text.ts';

/** A disk that takes upper and lower case for the same, as those of macOS and Windows do. */
class FoldingFiles extends MemoryFiles {
  #called(path: string): string {
    const all = [...this.paths(), ...this.paths().flatMap(foldersOf)];
    return all.find((one) => one.toLowerCase() === path.toLowerCase()) ?? path;
  }

  override exists(path: string): boolean {
    return super.exists(this.#called(path));
  }

  override isDirectory(path: string): boolean {
    return super.isDirectory(this.#called(path));
  }

  override list(path: string): readonly string[] {
    return super.list(this.#called(path));
  }

  /** As Node has it: what was asked for is what it is called. */
  override realPath(path: string): string | undefined {
    return this.exists(path) ? path : undefined;
  }
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

const FILES = { '/shop/Services/api/package.json': '{}', '/shop/web/index.html': '' };

describe('folders whose names differ in case alone', () => {
  it('are told by what they are called', () => {
    const files = new FoldingFiles(FILES);
    expect(realCase('/shop', 'services/API', files)).toBe('Services/api');
    expect(realCase('/shop', 'Web', files)).toBe('web');
    expect(realCase('/shop', 'Services/api', files)).toBeUndefined();
    expect(realCase('/shop', '.', files)).toBeUndefined();
  });

  it('are other folders where the disk says so', () => {
    const files = new MemoryFiles({ ...FILES, '/shop/WEB/index.html': '', '/shop/12/a': '' });
    for (const path of ['web', 'WEB', '12', 'Services/api']) {
      expect(realCase('/shop', path, files)).toBeUndefined();
    }
  });

  it('are a fault of dev.yaml, as on a disk that tells them apart', () => {
    const text = 'name: shop\nmodules: {api: {image: node, path: services/api}}\n';
    const files = new FoldingFiles({ '/p/dev.yaml': text, '/p/Services/api/index.js': '' });
    const [failure, ...more] = failures(text, { files });
    expect(more).toEqual([]);
    expect(failure).toMatchObject({
      what: 'module api has no folder services/api: it is called Services/api',
      cure: 'Write Services/api',
      at: { line: 2 },
    });
  });
});
