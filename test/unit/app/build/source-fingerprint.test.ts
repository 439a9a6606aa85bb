import { beforeEach, describe, expect, it } from 'vitest';
import { artifactStamp, sourceFingerprint } from '../../../../src/app/build/source-fingerprint.ts';
import type { Module } from '../../../../src/model/module.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const MODULE: Module = {
  ...{ name: 'app', path: 'app', image: 'node', uses: [], install: undefined, checks: [] },
  ...{ run: undefined, restart: 'never', artifact: ['dist'], ignore: [] },
};

describe('a link in a module', () => {
  let files: MemoryFiles;
  const mark = () => [
    sourceFingerprint('/p', MODULE, [], files),
    artifactStamp('/p', MODULE, files),
  ];

  beforeEach(() => {
    files = new MemoryFiles({
      '/p/app/a.js': '1',
      '/p/app/dist/a.js': '1',
      '/p/shared/b.js': '1',
      '/machine/big': '1',
    });
  });

  it('that leads out of the project is taken as it is written: nothing beyond it is read', () => {
    files.link('/p/app/machine', '/machine');
    files.link('/p/app/big', '../../machine/big');
    files.link('/p/app/dist/machine', '/');
    const before = mark();
    files.put('/machine/big', 'other');
    files.put('/machine/more', '1');
    expect(mark()).toEqual(before);
    files.link('/p/app/machine', '/other');
    expect(mark()[0]).not.toBe(before[0]);
  });

  it('that stays in it is followed, once', () => {
    files.link('/p/app/shared', '../shared');
    files.link('/p/app/self', '.');
    files.link('/p/app/all', '..');
    const before = mark();
    files.put('/p/shared/b.js', '2');
    expect(mark()[0]).not.toBe(before[0]);
  });
});
