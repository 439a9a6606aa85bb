import { describe, expect, it } from 'vitest';
import { lockedInstall } from '../../../src/definitions/locked-install.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function lockfiles(texts: Readonly<Record<string, string>>): readonly string[] | undefined {
  const files = Object.entries(texts).map(([name, text]) => [`/p/api/${name}`, text] as const);
  return lockedInstall('/p/api', 'python', new MemoryFiles(Object.fromEntries(files)))?.lockfiles;
}

describe('what pip reads beside its requirements', () => {
  it('are the requirements that they include, from where each lies', () => {
    const texts = {
      'requirements.txt': '# all\n-r requirements/prod.txt\n--constraint=constraints.txt\n',
      'requirements/prod.txt': '-r base.txt\ngunicorn\n',
      'requirements/base.txt': '-r prod.txt\nflask\n',
      'requirements/dev.txt': 'pytest\n',
      'constraints.txt': 'flask<4\n',
    };
    expect(lockfiles(texts)).toEqual([
      'requirements.txt',
      'requirements/prod.txt',
      'constraints.txt',
      'requirements/base.txt',
    ]);
  });

  it('are packages that lie in the repository', () => {
    const texts = {
      'requirements.txt':
        '--find-links wheels\n./libs/own-1.0-py3-none-any.whl\nits @ file:libs/its-2.tar.gz # mine\nx @ https://h/x.whl\n',
      ...{ 'wheels/a-1.whl': '', 'wheels/README.md': '' },
      ...{ 'libs/own-1.0-py3-none-any.whl': '', 'libs/its-2.tar.gz': '', 'libs/other.whl': '' },
    };
    expect(lockfiles(texts)).toEqual([
      'requirements.txt',
      'wheels/a-1.whl',
      'libs/own-1.0-py3-none-any.whl',
      'libs/its-2.tar.gz',
    ]);
  });

  it('is nothing that is not there, or lies outside', () => {
    const texts = {
      'requirements.txt': '-r no.txt\n-f ../wheels\n-r /etc/passwd\n-f https://h/\n',
    };
    expect(lockfiles(texts)).toEqual(['requirements.txt']);
  });
});
