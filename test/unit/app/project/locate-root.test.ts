import { describe, expect, it } from 'vitest';
import { locateRoot } from '../../../../src/app/project/locate.ts';
import type { World } from '../../../../src/ports/world.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

function located(files: Readonly<Record<string, string>>, variable?: string) {
  const environment = variable === undefined ? {} : { COMPOSE_FILE: variable };
  const host = partly<World['host']>({ workingDirectory: '/p/app', environment });
  return locateRoot({ files: new MemoryFiles({ '/p/app/x': '', ...files }), host }, undefined);
}

describe('the folder of a project', () => {
  it('is the nearest one that has the files which COMPOSE_FILE names', () => {
    expect(located({ '/p/mine.yaml': '' }, 'mine.yaml')).toEqual({ ok: true, value: '/p' });
    expect(located({ '/p/app/.env': 'COMPOSE_FILE=mine.yaml\n', '/p/app/mine.yaml': '' })).toEqual({
      ok: true,
      value: '/p/app',
    });
  });

  it.each([
    ['the shell', { '/p/app/compose.yaml': '' }, 'gone.yaml'],
    ['.env', { '/p/app/compose.yaml': '', '/p/app/.env': 'COMPOSE_FILE=gone.yaml\n' }, undefined],
  ])('is not told to be missing where %s names what is not there', (_by, files, variable) => {
    expect(located(files, variable)).toMatchObject({
      failure: { what: 'There is no file gone.yaml in this folder', why: 'COMPOSE_FILE names it' },
    });
  });

  it('is missing where nothing is named', () => {
    expect(located({})).toMatchObject({
      failure: { what: 'no dev.yaml and no Compose file here' },
    });
  });
});
