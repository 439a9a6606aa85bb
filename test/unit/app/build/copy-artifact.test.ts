import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../../src/adapters/files.ts';
import { copyArtifact } from '../../../../src/app/build/copy-artifact.ts';

const MODULE = { path: 'api', artifact: ['dist', 'bin/api'] };
let folder = '';
const at = (path: string): string => join(folder, path);
const copy = (): boolean => copyArtifact(MODULE, at('from'), at('to'), hostFiles);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-artifact-')));
  for (const path of ['from/api/dist/deep', 'from/api/bin', 'to/api', 'elsewhere'])
    mkdirSync(at(path), { recursive: true });
  writeFileSync(at('from/api/dist/deep/main.js'), Buffer.from([0, 255, 1]));
  writeFileSync(at('from/api/bin/api'), 'program');
  chmodSync(at('from/api/bin/api'), 0o755);
  writeFileSync(at('elsewhere/secret'), 'of the person');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('an artifact of another worktree', () => {
  it('is copied as it is', () => {
    expect(copy()).toBe(true);
    expect([...readFileSync(at('to/api/dist/deep/main.js'))]).toEqual([0, 255, 1]);
    expect(statSync(at('to/api/bin/api')).mode & 0o777).toBe(0o755);
  });

  it('is not copied with links in it, nor where a part is missing', () => {
    symlinkSync(at('elsewhere'), at('from/api/dist/out'));
    expect(copy()).toBe(false);
    rmSync(at('from/api/dist'), { recursive: true });
    symlinkSync(at('elsewhere'), at('from/api/dist'));
    expect(copy()).toBe(false);
    rmSync(at('from/api/dist'));
    expect(copy()).toBe(false);
  });

  it('is read and written through no link on the way', () => {
    symlinkSync(at('elsewhere'), at('to/api/dist'));
    copy();
    expect(hostFiles.list(at('elsewhere'))).toEqual(['secret']);
    rmSync(at('from/api'), { recursive: true });
    mkdirSync(at('elsewhere/bin'));
    mkdirSync(at('elsewhere/dist'));
    writeFileSync(at('elsewhere/dist/secret'), 'of the person');
    writeFileSync(at('elsewhere/bin/api'), '');
    symlinkSync(at('elsewhere'), at('from/api'));
    rmSync(at('to/api'), { recursive: true });
    mkdirSync(at('to/api'));
    expect(copy()).toBe(false);
    expect(hostFiles.exists(at('to/api/dist/secret'))).toBe(false);
  });
});
