import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';
import { Identities } from '../../../src/evidence/file-evidence.ts';

const NAMES = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...NAMES);
const path = fc.array(fc.oneof(name, fc.constantFrom('..', '.')), { minLength: 1, maxLength: 4 });
const made = fc.record({
  at: fc.array(name, { minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom('folder', 'file', 'link' as const),
  target: path,
  isAbsolute: fc.boolean(),
});

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'identities-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('real paths that are put together folder by folder', () => {
  it('are those of the file system, with links to links, in circles, and through files', () => {
    const check = fc.property(
      fc.array(made, { maxLength: 8 }),
      fc.array(path, { minLength: 1, maxLength: 12 }),
      (things, asked) => {
        rmSync(root, { recursive: true, force: true });
        mkdirSync(root);
        for (const { at, kind, target, isAbsolute } of things) {
          const place = join(root, ...at);
          try {
            if (kind === 'folder') mkdirSync(place);
            else if (kind === 'file') writeFileSync(place, '');
            else symlinkSync(isAbsolute ? join(root, ...target) : target.join('/'), place);
          } catch {
            // Something is there already, or nothing to put it into.
          }
        }
        const identities = new Identities(hostFiles);
        for (const words of asked) {
          const one = `${root}/${words.join('/')}`;
          expect(identities.realPath(one)).toBe(hostFiles.realPath(one));
        }
      },
    );
    fc.assert(check, { numRuns: 300 });
  });
});
