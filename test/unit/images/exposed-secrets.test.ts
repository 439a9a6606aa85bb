import { describe, expect, it } from 'vitest';
import { exposedSecrets } from '../../../src/images/exposed-secrets.ts';
import { hasGitCredentials, withheldPatterns } from '../../../src/images/withheld.ts';
import { contextIgnore } from '../../../src/images/context-ignore.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const KEY = '-----BEGIN PRIVATE KEY-----';
const FILES: Readonly<Record<string, string>> = {
  '.env': 'TOKEN=1',
  '.env.example': 'TOKEN=',
  'api/.env.local': 'A=1',
  'api/empty/.env': '# nothing\n\n',
  'tls/server.key': `${KEY}\nabc`,
  'tls/ca.pem': '-----BEGIN CERTIFICATE-----',
  id_rsa: '-----BEGIN OPENSSH PRIVATE KEY-----',
  'keys.p12': '',
  '.npmrc': '//registry.example.com/:_authToken=abc',
  'api/.npmrc': 'fund=false',
  'node_modules/x/test/fixtures/server.key': KEY,
  'src/index.js': '',
};
const ENTRIES = Object.keys(FILES).map((path) => ({ path, mode: '644', digest: '', bytes: 1 }));

function exposed(dockerfile: string, build: object = {}): readonly string[] {
  return exposedSecrets(ENTRIES, dockerfile, { ...build }, (path) => FILES[path]);
}

const ALL = ['.env', 'api/.env.local', 'tls/server.key', 'id_rsa', 'keys.p12', '.npmrc'];

describe('exposedSecrets', () => {
  it('finds keys, env files and logins among what is copied, by name and by what is in them', () => {
    expect(exposed('FROM a\nCOPY . .')).toEqual(ALL);
    expect(exposed('FROM a\nADD --chown=app ["./", "/app"]')).toEqual(ALL);
    expect(exposed('FROM a\nARG D\nCOPY $D /app')).toEqual(ALL);
    expect(exposed('FROM a\nCOPY api package.json /app/')).toEqual(['api/.env.local']);
    expect(exposed('FROM a\nCOPY ./tls/*.key /tls/')).toEqual(['tls/server.key']);
    expect(exposed('FROM a\nCOPY src /app')).toEqual([]);
    expect(exposed('FROM a\nRUN ls')).toEqual([]);
  });

  it('asks only of stages that the image is made of', () => {
    const stages =
      'FROM a AS deps\nCOPY . .\nFROM a AS base\nCOPY id_rsa /x\nFROM base\nCOPY --from=deps / /';
    expect(exposed(stages)).toEqual(['id_rsa']);
    expect(exposed(stages, { target: 'deps' })).toEqual(ALL);
    expect(exposed(stages, { target: '0' })).toEqual(ALL);
  });
});

describe('withheldPatterns', () => {
  const own = ['/p/.dev', '/p/dev.settings.yaml'];
  const files = new MemoryFiles({
    '/p/.dev/x': '',
    '/p/dev.settings.yaml': '',
    '/p/.git/config': '[remote "origin"]\n\turl = https://ann:token@example.com/x.git\n',
    '/p/web/x': '',
  });
  const patterns = (folder: string): readonly string[] => {
    const found = withheldPatterns(folder, { own }, files);
    return found.ok ? found.value : [];
  };

  it('leaves the own files out of whatever context they lie in, against every exception', () => {
    expect(patterns('/p')).toEqual(['.dev', 'dev.settings.yaml', '.git/config']);
    expect(patterns('/')).toEqual(['p/.dev', 'p/dev.settings.yaml']);
    expect(patterns('/p/web')).toEqual([]);
    const ignore = contextIgnore(['*', '!**', '!.dev', ...patterns('/p')].join('\n'));
    expect(
      ['.dev/x', 'dev.settings.yaml', '.git/config'].map((path) => ignore.ignores(path)),
    ).toEqual([true, true, true]);
    expect(['.git/HEAD', 'web/x'].map((path) => ignore.ignores(path))).toEqual([false, false]);
  });

  it('knows a login in a configuration of git', () => {
    const has = [
      'url = https://ann:token@example.com/x.git',
      '\turl = https://token@github.com/x.git',
      'extraheader = AUTHORIZATION: basic abc',
      'pushurl=https://a:b@c/d',
    ];
    const none = [
      'url = https://example.com/x.git',
      'url = git@github.com:a/b.git',
      'url = ssh://git@github.com/a/b.git',
      'url = https://example.com/a@b',
    ];
    expect(has.filter(hasGitCredentials)).toEqual(has);
    expect(none.filter(hasGitCredentials)).toEqual([]);
  });
});
