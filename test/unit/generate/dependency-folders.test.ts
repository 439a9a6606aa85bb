import { describe, expect, it } from 'vitest';
import {
  contentsOf,
  dependencyFolder,
  filledText,
} from '../../../src/generate/dependency-folders.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const MODULE = '/p/api';
const FOLDER = '/p/api/node_modules';

function filesWith(files: Readonly<Record<string, string>>): MemoryFiles {
  const memory = new MemoryFiles({ '/p/api/package.json': '{}', ...files });
  return memory;
}

const look = (files: MemoryFiles) => dependencyFolder(FOLDER, files);

describe('dependencyFolder', () => {
  it('is free where there is nothing, or nothing in it', () => {
    const files = filesWith({});
    expect(look(files)).toEqual({ kind: 'free' });
    files.makeDirectory(FOLDER);
    expect(look(files)).toEqual({ kind: 'free' });
  });

  it('is filled with what its file says', () => {
    const files = filesWith({ [`${FOLDER}/fastify/index.js`]: '' });
    files.put(`${FOLDER}/.onestack.json`, filledText('abc', FOLDER, files));
    expect(look(files)).toMatchObject({ kind: 'filled', key: 'abc' });
  });

  it.each([
    ['an install by hand', { [`${FOLDER}/fastify/index.js`]: '' }],
    ['one with a broken file of ours', { [`${FOLDER}/.onestack.json`]: '{' }],
    ['one with another shape', { [`${FOLDER}/.onestack.json`]: '[1]' }],
    ['one without a key', { [`${FOLDER}/.onestack.json`]: '{"contents":"x"}' }],
    ['a file in its place', { [FOLDER]: 'what?' }],
  ])('is the person’s: %s', (_, files) => {
    expect(look(filesWith(files))).toEqual({ kind: 'own' });
  });

  it('is the person’s where a link is in the way', () => {
    const filled = { '/else/node_modules/.onestack.json': '{"key":"k","contents":"c"}' };
    const direct = filesWith(filled);
    direct.link(FOLDER, '/else/node_modules');
    expect(look(direct)).toEqual({ kind: 'own' });
    const above = new MemoryFiles(filled);
    above.link(MODULE, '/else');
    expect(look(above)).toEqual({ kind: 'own' });
  });
});

describe('contentsOf', () => {
  const npm = {
    [`${FOLDER}/fastify/index.js`]: '',
    [`${FOLDER}/.package-lock.json`]: '{"packages":1}',
  };
  const venv = { [`${FOLDER}/lib/python3.13/site-packages/six.py`]: '' };
  const of = (files: Readonly<Record<string, string>>) => contentsOf(FOLDER, filesWith(files));

  it.each([
    ['a package more', { ...npm, [`${FOLDER}/left-pad/index.js`]: '' }, npm],
    ['what npm records', { ...npm, [`${FOLDER}/.package-lock.json`]: '{"packages":2}' }, npm],
    [
      'a package of a virtual environment',
      { ...venv, [`${FOLDER}/lib/python3.13/site-packages/requests/x.py`]: '' },
      venv,
    ],
  ])('tells %s', (_, changed, before) => {
    expect(of(changed)).not.toBe(of(before));
  });

  it('takes no notice of what tools leave beside the packages', () => {
    expect(of({ ...npm, [`${FOLDER}/.cache/x`]: '', [`${FOLDER}/.gitignore`]: '*' })).toBe(of(npm));
  });
});
