import { describe, expect, it } from 'vitest';
import { composeFilesAt } from '../../../../src/app/project/compose-files.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

type Texts = Readonly<Record<string, string>>;

function found(texts: Texts, environment: Readonly<Record<string, string>> = {}) {
  const files = new MemoryFiles(texts);
  return composeFilesAt('/p', { files, host: { environment } });
}

function filesOf(texts: Texts, environment: Readonly<Record<string, string>> = {}) {
  const result = found(texts, environment);
  if (!result.ok) throw new Error(result.failure.map(({ what }) => what).join());
  return result.value?.files.map((path) => path.replace('/p/', ''));
}

describe('the Compose files of a folder', () => {
  it('are none where there are none', () => {
    expect(filesOf({ '/p/README.md': '', '/p/compose/base.yaml': '' })).toBeUndefined();
  });

  it.each(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'])(
    'are found by the name %s',
    (name) => {
      expect(filesOf({ [`/p/${name}`]: '' })).toEqual([name]);
    },
  );

  it('have the override of either name laid over', () => {
    expect(filesOf({ '/p/docker-compose.yml': '', '/p/docker-compose.override.yaml': '' })).toEqual(
      ['docker-compose.yml', 'docker-compose.override.yaml'],
    );
    expect(filesOf({ '/p/docker-compose.yml': '', '/p/compose.override.yml': '' })).toEqual([
      'docker-compose.yml',
      'compose.override.yml',
    ]);
  });

  it('are the first of several, and the rest is told', () => {
    const result = found({ '/p/docker-compose.yml': '', '/p/compose.yml': '' });
    expect(result).toMatchObject({
      value: { files: ['/p/compose.yml'], passedOver: ['/p/docker-compose.yml'] },
    });
  });

  it('are those of COMPOSE_FILE, without an override of its own accord', () => {
    const texts = {
      '/p/compose.yaml': '',
      '/p/compose.override.yaml': '',
      '/p/a.yml': '',
      '/p/sub/b.yml': '',
    };
    expect(filesOf(texts, { COMPOSE_FILE: 'sub/b.yml:a.yml' })).toEqual(['sub/b.yml', 'a.yml']);
    expect(found(texts, { COMPOSE_FILE: 'sub/b.yml:a.yml' })).toMatchObject({
      value: { directory: '/p/sub', byVariable: true, overrides: [] },
    });
  });

  it('are those of COMPOSE_FILE in .env, with its separator, and the environment before it', () => {
    const texts = {
      '/p/.env': 'COMPOSE_FILE=a.yml,b.yml\nCOMPOSE_PATH_SEPARATOR=,\n',
      '/p/a.yml': '',
      '/p/b.yml': '',
    };
    expect(filesOf(texts)).toEqual(['a.yml', 'b.yml']);
    expect(filesOf(texts, { COMPOSE_FILE: 'b.yml' })).toEqual(['b.yml']);
    expect(filesOf({ ...texts, '/p/compose.yaml': '' }, { COMPOSE_FILE: '' })).toEqual([
      'compose.yaml',
    ]);
  });

  it('must be there when COMPOSE_FILE names them', () => {
    expect(found({ '/p/a.yml': '' }, { COMPOSE_FILE: 'a.yml:gone.yml:-' })).toMatchObject({
      failure: [
        { what: 'There is no file gone.yml in this folder', why: 'COMPOSE_FILE names it' },
        { what: 'Compose files are not read from standard input' },
      ],
    });
  });
});
