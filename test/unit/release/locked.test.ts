import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockedPackages } from '../../../src/release/locked.ts';

const brief = (path: string, text: string, manifests: readonly string[] = []) =>
  lockedPackages(path, text, manifests)?.map(
    ({ name, version, development }) => `${name} ${version}${development ? ' dev' : ''}`,
  );

describe('lockfiles', () => {
  it('reads those of this repository', () => {
    const all =
      lockedPackages('package-lock.json', readFileSync('package-lock.json', 'utf8')) ?? [];
    const find = (name: string) => all.find((one) => one.path === `node_modules/${name}`);
    expect(find('typescript')).toMatchObject({ development: true, licence: 'Apache-2.0' });
    expect(find('@peculiar/x509')).toMatchObject({ name: '@peculiar/x509', development: false });
  });

  it('reads pnpm, yarn, Go, Python and Java', () => {
    const pnpm = `lockfileVersion: '9.0'
importers:
  .:
    dependencies: { a: { specifier: 1, version: 1.0.0 } }
    devDependencies: { '@s/b': { specifier: 2, version: 2.0.0 } }
packages:
  a@1.0.0: { resolution: { integrity: x } }
  '@s/b@2.0.0': { resolution: { integrity: y } }
`;
    expect(new Set(brief('web/pnpm-lock.yaml', pnpm))).toEqual(
      new Set(['a 1.0.0', '@s/b 2.0.0 dev', '@s/b  dev']),
    );
    const yarn = '"@s/a@^1.0.0", "@s/a@^1.1.0":\n  version "1.2.0"\n\nb@2:\n  version "2.0.1"\n';
    expect(brief('yarn.lock', yarn)).toEqual(['@s/a 1.2.0', 'b 2.0.1']);
    const bun =
      '{\n "packages": {\n  "a": ["a@1.0.0", "", {}, "x"],\n  "b/@s/c": ["@s/c@2.0.0", "", { "x": 1, }],\n  "w": ["w@workspace:w"],\n },\n}\n';
    expect(brief('web/bun.lock', bun)).toEqual(['a 1.0.0', '@s/c 2.0.0']);
    const sum = 'g.com/a v1.0.0 h1:x=\ng.com/a v1.0.0/go.mod h1:y=\ng.com/b v2.0.0/go.mod h1:z=\n';
    expect(brief('go.sum', sum)).toEqual(['g.com/a v1.0.0']);
    expect(brief('requirements.txt', 'a[x]==1.0 ; y\nb>=2\n# c==3\nd==4 --hash=x\n')).toEqual([
      'a 1.0',
      'd 4',
    ]);
    expect(brief('uv.lock', 'x = 1\n\n[[package]]\nname = "a"\nversion = "1"\n')).toEqual(['a 1']);
    expect(brief('gradle.lockfile', 'g:a:1=compileClasspath,testX\ng:b:2=testX\n')).toEqual([
      'g:a 1',
      'g:b 2 dev',
    ]);
    const pom =
      '<dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>';
    expect(brief('pom.xml', pom)).toEqual(['g:a 1']);
  });

  it('knows what an install may leave out: on another system, or where the lockfile does not say', () => {
    const optional = (path: string, text: string) =>
      lockedPackages(path, text)?.flatMap((entry) => (entry.optional === true ? entry.name : []));
    const npm = '{"packages":{"node_modules/a":{},"node_modules/b":{"optional":true}}}';
    expect(optional('package-lock.json', npm)).toEqual(['b']);
    const pnpm = `importers: { .: { dependencies: { a: { version: 1.0.0 } } } }
snapshots:
  a@1.0.0: { optionalDependencies: { b: 1.0.0 } }
  b@1.0.0: { optional: true }
`;
    expect(optional('pnpm-lock.yaml', pnpm)).toEqual(['b']);
    expect(optional('bun.lock', '{"packages":{"a":["a@1.0.0"]}}')).toEqual(['a']);
  });

  const folders = (path: string, text: string, manifests: readonly string[] = []) =>
    lockedPackages(path, text, manifests)?.flatMap((one) => (one.development ? [one.path] : []));

  it('knows what only development’s packages need, in each form of pnpm’s', () => {
    const nine = `lockfileVersion: '9.0'
importers:
  web:
    dependencies: { a: { specifier: 1, version: 1.0.0(p@1.0.0) }, own: { specifier: x, version: 'link:../own' } }
    optionalDependencies: { o: { specifier: 1, version: 1.0.0 } }
    devDependencies: { '@s/t': { specifier: 2, version: 2.0.0(p@1.0.0) } }
packages: { a@1.0.0: {}, b@1.0.0: {}, b@2.0.0: {}, o@1.0.0: {}, p@1.0.0: {}, '@s/t@2.0.0': {}, u@1.0.0: {} }
snapshots:
  a@1.0.0(p@1.0.0): { dependencies: { b: 1.0.0, p: 1.0.0 } }
  b@1.0.0: {}
  b@2.0.0: {}
  o@1.0.0: { optionalDependencies: { alias: b@1.0.0 } }
  p@1.0.0: {}
  '@s/t@2.0.0(p@1.0.0)': { dependencies: { u: 1.0.0, b: 2.0.0 } }
  u@1.0.0: { dependencies: { '@s/t': 2.0.0(p@1.0.0) } }
`;
    const told = brief('pnpm-lock.yaml', nine);
    expect(told).toEqual(
      expect.arrayContaining(['a 1.0.0', 'b 1.0.0', 'o 1.0.0', 'p 1.0.0', 'u 1.0.0 dev']),
    );
    expect(told).toContain('b 2.0.0 dev');
    expect(folders('pnpm-lock.yaml', nine)).toEqual([
      'node_modules/.pnpm/b@2.0.0',
      'node_modules/.pnpm/@s+t@2.0.0_p@1.0.0',
      'node_modules/.pnpm/u@1.0.0',
      'web/node_modules/@s/t',
      'node_modules/.pnpm/node_modules/@s/t',
      'node_modules/.pnpm/node_modules/u',
    ]);
    const six = `lockfileVersion: '6.0'
dependencies: { a: { specifier: 1, version: 1.0.0 } }
devDependencies: { t: { specifier: 1, version: 1.0.0 } }
packages:
  /a@1.0.0: { dependencies: { '@s/b': 1.0.0 }, dev: false }
  /@s/b@1.0.0: { dev: false }
  /t@1.0.0: { dependencies: { u: 1.0.0 }, dev: true }
  /u@1.0.0: { dev: true }
`;
    expect(brief('pnpm-lock.yaml', six)).toEqual(
      expect.arrayContaining(['a 1.0.0', '@s/b 1.0.0', 't 1.0.0 dev', 'u 1.0.0 dev']),
    );
    const five = six
      .replace(/^( {2}\/.*)@1/gm, '$1/1')
      .replace('6.0', '5.4')
      .replaceAll(/\{ specifier: 1, version: (\S+) \}/g, '$1');
    expect(five).toContain('/@s/b/1.0.0:');
    expect(brief('pnpm-lock.yaml', five)).toEqual(
      expect.arrayContaining(['a 1.0.0', '@s/b 1.0.0', 't 1.0.0 dev', 'u 1.0.0 dev']),
    );
  });

  it('knows the same of yarn’s, from the manifests that it locks', () => {
    const manifests = [
      '{"dependencies":{"a":"^1"},"devDependencies":{"@s/t":"2"}}',
      '{"optionalDependencies":{"o":"1"}}',
    ];
    const classic = `# yarn lockfile v1


"@s/t@2":
  version "2.0.0"
  resolved "https://registry.example.com/x.tgz#0"
  dependencies:
    "@s/u" "1"
    b "^2.0.0"

"@s/u@1":
  version "1.0.0"

a@^1:
  version "1.0.0"
  dependencies:
    b "^1.0.0"

b@^1.0.0, b@^1.1.0:
  version "1.2.0"

b@^2.0.0:
  version "2.0.0"

o@1:
  version "1.0.0"
`;
    const is = ['@s/t 2.0.0 dev', '@s/u 1.0.0 dev', 'a 1.0.0', 'b 1.2.0', 'b 2.0.0 dev', 'o 1.0.0'];
    expect(brief('yarn.lock', classic, manifests)).toEqual(is);
    expect(brief('yarn.lock', classic)).toEqual(is.map((one) => one.replace(' dev', '')));
    expect(folders('yarn.lock', classic, manifests)).toEqual([
      'node_modules/@s/t',
      'node_modules/@s/u',
      undefined,
    ]);
    const berry = `__metadata:
  version: 8

"@s/t@npm:2":
  version: 2.0.0
  dependencies:
    "@s/u": "npm:1"
    b: "npm:^2.0.0"

"@s/u@npm:1":
  version: 1.0.0

"a@npm:^1":
  version: 1.0.0
  dependencies:
    b: "npm:^1.0.0"

"b@npm:^1.0.0, b@npm:^1.1.0":
  version: 1.2.0

"b@npm:^2.0.0":
  version: 2.0.0

"o@npm:1":
  version: 1.0.0

"web@workspace:.":
  version: 0.0.0-use.local
  dependencies:
    "@s/t": "npm:2"
    a: "npm:^1"
`;
    expect(brief('yarn.lock', berry, manifests)).toEqual(is);
  });

  it('says so when a file is none, or broken', () => {
    expect(lockedPackages('package.json', '{}')).toBeUndefined();
    expect(lockedPackages('package-lock.json', '{')).toBeUndefined();
  });
});
