import { describe, expect, it } from 'vitest';
import {
  watchedFingerprint,
  foldersOutside,
  ignoredIn,
  NOT_DEFINED,
} from '../../../../src/app/session/watched.ts';
import { aModule } from '../../../support/modules.ts';

describe('folders outside of the project that are watched', () => {
  it('are the topmost ones, and the folder of a file', () => {
    const paths = ['/p/src', '/shared/lib/deep', '/shared/lib', '/etc/app.conf', '/shared/lib2'];
    const outside = foldersOutside('/p', paths, (path) => !path.endsWith('.conf'));
    expect(outside).toEqual(['/shared/lib', '/etc', '/shared/lib2']);
    expect(foldersOutside('/p', ['/p', '/p/a'], () => true)).toEqual([]);
    expect(foldersOutside('/p', ['/pp', '/pp'], () => true)).toEqual(['/pp']);
  });
});

describe('what is watched', () => {
  it('is something else when the folders, files or ways are others, not the switch', () => {
    const { watch } = NOT_DEFINED;
    const print = (other: Partial<typeof NOT_DEFINED>) =>
      watchedFingerprint({ ...NOT_DEFINED, ...other });
    expect(print({ watch: { ...watch, enabled: false } })).toBe(print({}));
    expect(print({ watch: { ...watch, quietMs: 51 } })).not.toBe(print({}));
    expect(print({ files: ['/p/a.env'] })).not.toBe(print({}));
    expect(print({ modules: [aModule('api')] })).not.toBe(print({}));
  });

  it('leaves out what a module builds and installs inside of itself', () => {
    const install = { run: 'npm ci', lockfiles: [], directories: ['node_modules', '/cache'] };
    const module = aModule('api', { ignore: ['*.tmp'], artifact: ['dist'], install });
    expect(ignoredIn(module)).toEqual(['*.tmp', '/dist', '/node_modules']);
  });
});
