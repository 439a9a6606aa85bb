import { describe, expect, it } from 'vitest';
import {
  credentialsIn,
  LayerScan,
  type LayerProblem,
  type LayerRules,
} from '../../../src/release/layer-scan.ts';
import { aModule } from '../../support/modules.ts';

const compiled = aModule('api', {
  checks: [{ kind: 'compile', run: 'tsc', timeoutMs: 1, daemon: false, formats: [] }],
});

function scan(
  files: Readonly<Record<string, string>>,
  rules: Partial<LayerRules> = {},
): readonly LayerProblem[] {
  const scanning = new LayerScan({
    ...{ module: compiled, kind: 'artifact', secrets: [], development: new Set<string>() },
    ...rules,
  });
  for (const [name, text] of Object.entries(files)) {
    scanning.add({ name, bytes: Buffer.from(text) });
  }
  return scanning.problems();
}

const KEY = `-----BEGIN EC PRIVATE KEY-----\n${'A1b2'.repeat(16)}\n-----END EC PRIVATE KEY-----\n`;
const what = (files: Readonly<Record<string, string>>, rules?: Partial<LayerRules>) =>
  scan(files, rules).map((one) => one.what);

describe('what a layer must not carry', () => {
  it('finds keys, logins, tokens, environment files and repositories', () => {
    expect(what({ 'app/api/tls.txt': KEY })).toEqual(['a private key']);
    expect(what({ 'app/api/dist/a.js': `const k = "${KEY.replaceAll('\n', '\\n')}"` })).toEqual([
      'a private key',
    ]);
    expect(what({ 'app/api/store.p12': '\0' })).toEqual(['a store of keys']);
    expect(what({ 'app/api/.ssh/id_ed25519': 'x' })).toEqual(['a private key']);
    expect(what({ 'app/api/.env.production': 'A=b' })).toEqual(['an environment file']);
    expect(what({ 'app/api/.npmrc': '//r/:_authToken=abc' })).toEqual(['a login']);
    expect(what({ 'app/api/.netrc': 'machine m login a password b' })).toEqual(['a login']);
    expect(what({ 'app/api/a.js': `const t = "ghp_${'a'.repeat(36)}"` })).toEqual(['a token']);
    expect(what({ 'app/api/.git/HEAD': 'ref: x', 'app/api/.git/config': 'y' })).toHaveLength(1);
    expect(what({ 'app/api/lib/.git': 'gitdir: ../..' })).toEqual(['a git repository']);
  });

  it.each([
    `ASIA${'A1'.repeat(8)}`,
    `github_pat_${'a_1'.repeat(27)}b`,
    `glpat-${'a'.repeat(27)}.01.120abcdef`,
    `sk_live_51${'aB'.repeat(48)}`,
    `rk_live_${'a'.repeat(24)}`,
    `xapp-1-A0${'1'.repeat(30)}`,
    `dckr_pat_${'a'.repeat(27)}`,
    `SG.${'a'.repeat(22)}.${'b'.repeat(43)}`,
    `sk-ant-api03-${'a'.repeat(93)}`,
  ])('finds tokens of the form %s', (token) => {
    expect(what({ 'app/api/a.js': `const t = "${token}";` })).toEqual(['a token']);
    expect(what({ 'app/api/a.js': `const t = "a${token}";` })).toEqual([]);
  });

  it.each([
    ['.docker/config.json', '{"auths":{"r":{"auth":"YTpi"}}}', '{"auths":{},"credsStore":"x"}'],
    ['auth.json', '{"http-basic":{"r":{"username":"a","password":"b"}}}', '{}'],
    ['.aws/credentials', '[a]\naws_secret_access_key = abc\n', '[a]\nregion = x\n'],
    ['.cargo/credentials.toml', '[registry]\ntoken = "abc"\n', '[registry]\n'],
    ['.kube/config', 'users:\n- user:\n    token: abc\n', 'clusters: []\n'],
  ])('finds logins in %s', (file, login, none) => {
    expect(what({ [`app/api/${file}`]: login })).toEqual(['a login']);
    expect(what({ [`app/api/${file}`]: none })).toEqual([]);
  });

  it('finds keys with a passphrase, and those of PGP', () => {
    const sealed = '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nabc';
    expect(what({ 'app/api/a.pem': sealed })).toEqual(['a private key']);
    const pgp = `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${'lQdG'.repeat(16)}\n`;
    expect(what({ 'app/api/a.asc': pgp })).toEqual(['a private key']);
  });

  it('lets pass what only looks like it', () => {
    expect(
      scan({
        'app/api/.env.example': 'A=b',
        'app/api/.env': '# nothing\n',
        'app/api/.npmrc': '//r/:_authToken=${NPM_TOKEN}',
        'app/api/dist/pem.js': 'if (text.includes("-----BEGIN PRIVATE KEY-----")) return;',
        'app/api/.gitignore': 'x',
        'app/api/locales/en/auth.json': '{"password":"Password","token":"Code"}',
        'app/api/public.pem': '-----BEGIN PUBLIC KEY-----\nAAAA',
      }),
    ).toEqual([]);
  });

  it('finds sources beside what they were compiled to', () => {
    expect(what({ 'app/api/dist/a.js': '', 'app/api/dist/a.ts': '' })).toHaveLength(1);
    expect(what({ 'app/api/main.go': '' })).toEqual(['a source of what is compiled']);
    expect(what({ 'app/api/dist/a.js': '', 'app/api/dist/a.d.ts': '' })).toEqual([]);
    // Run as it is written.
    expect(what({ 'app/api/src/a.ts': '' })).toEqual([]);
    expect(what({ 'app/api/main.go': '' }, { module: aModule('api') })).toEqual([]);
  });

  it('tells a package of development once, and keys in published packages not at all', () => {
    const development = new Set(['app/api/node_modules/vitest']);
    const rules = { kind: 'dependencies', development } as const;
    const files = {
      'app/api/node_modules/vitest/a.js': '',
      'app/api/node_modules/vitest/b.js': '',
      'app/api/node_modules/vitest-not/b.js': '',
      'app/api/node_modules/forge/test.pem': KEY,
    };
    expect(scan(files, rules)).toEqual([
      { path: '/app/api/node_modules/vitest/a.js', what: 'a dependency of development' },
    ]);
  });

  it('never lets a credential of this machine pass, whatever is allowed', () => {
    const secrets = credentialsIn({
      HTTP_PROXY: 'http://ann:opensesame1@proxy:80',
      NPM_TOKEN: 'tok_12345678',
      NO_PROXY: 'localhost',
      SECRET: 'short',
    });
    expect(secrets).toEqual(['opensesame1', 'tok_12345678']);
    const module = { ...compiled, carries: ['**'] };
    expect(what({ 'app/api/a': 'xtok_12345678x' }, { module, secrets })).toHaveLength(1);
    expect(what({ 'app/api/tls.key': KEY }, { module, secrets })).toEqual([]);
    const one = { ...compiled, carries: ['certs/*.key'] };
    expect(what({ 'app/api/certs/a.key': KEY, 'app/api/a.key': KEY }, { module: one })).toEqual([
      'a private key',
    ]);
  });
});
