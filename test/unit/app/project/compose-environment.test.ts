import { describe, expect, it } from 'vitest';
import { readComposeEnvironment } from '../../../../src/app/project/compose-environment.ts';
import { shownPlace } from '../../../../src/compose/source.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

function read(
  texts: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  folders: readonly string[] = ['/p'],
) {
  const files = new MemoryFiles(texts);
  const display = (path: string): string => path.replace('/p/', '');
  return readComposeEnvironment({ folders, environment, display }, files);
}

function variables(...args: Parameters<typeof read>) {
  const result = read(...args);
  if (!result.ok) throw new Error(result.failure.map(({ what }) => what).join());
  return result.value.variables;
}

describe('the variables of Compose files', () => {
  it('are those of the environment, and below it of .env', () => {
    expect(variables({ '/p/.env': 'A=1\nB=${A}2\n' }, { A: 'x' })).toEqual({ A: 'x', B: 'x2' });
  });

  it('know their line in the file', () => {
    const result = read({ '/p/.env': '# first\nA=1\n\n  export B="x\ny"\nC=2\n' }, { C: 'mine' });
    if (!result.ok) throw new Error('not read');
    const origins = [...result.value.origins].map(([name, at]) => `${name} ${shownPlace(at)}`);
    expect(origins).toEqual(['A .env:2', 'B .env:4']);
  });

  it('come from the folder where one stands before that of the Compose file', () => {
    const texts = { '/p/.env': 'A=1\n', '/p/sub/.env': 'A=2\nB=${A}\n' };
    expect(variables(texts, {}, ['/p', '/p/sub'])).toEqual({ A: '1', B: '1' });
  });

  it('come from the files of COMPOSE_ENV_FILES instead, the last one the strongest', () => {
    const texts = { '/p/.env': 'A=0\n', '/p/a.env': 'A=1\nB=1\n', '/p/b.env': 'B=2\nC=${A}\n' };
    const named = { COMPOSE_ENV_FILES: 'a.env,b.env' };
    expect(variables(texts, named)).toEqual({ ...named, A: '1', B: '2', C: '1' });
    expect(read(texts, { COMPOSE_ENV_FILES: 'gone.env' })).toMatchObject({
      failure: [{ what: 'There is no file gone.env' }],
    });
  });

  it('are without .env when COMPOSE_DISABLE_ENV_FILE says so, and a folder of that name is none', () => {
    const off = { COMPOSE_DISABLE_ENV_FILE: 'true' };
    expect(variables({ '/p/.env': 'A=1\n' }, off)).toEqual(off);
    expect(variables({ '/p/.env/x': '' })).toEqual({});
  });

  it('that nobody sets are told once, with the line that uses them', () => {
    const result = read({ '/p/.env': 'A=1\nB=$GONE\nC=${A}${GONE}${LATER}\nLATER=1\n' }, {});
    if (!result.ok) throw new Error('not read');
    const unset = [...result.value.unset].map(([name, at]) => `${name} ${shownPlace(at)}`);
    expect(unset).toEqual(['GONE .env:2', 'LATER .env:3']);
  });

  it('tell a broken file with its place', () => {
    expect(read({ '/p/.env': 'A=1\nB B=2\n' })).toMatchObject({
      failure: [{ reason: 'definition', at: { file: '.env', line: 2 } }],
    });
  });
});
