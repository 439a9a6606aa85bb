import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockedPackages } from '../../../src/release/locked.ts';

const brief = (path: string, text: string) =>
  lockedPackages(path, text)?.map(
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
    expect(brief('web/pnpm-lock.yaml', pnpm)).toEqual(['a 1.0.0', '@s/b 2.0.0 dev', '@s/b  dev']);
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

  it('says so when a file is none, or broken', () => {
    expect(lockedPackages('package.json', '{}')).toBeUndefined();
    expect(lockedPackages('package-lock.json', '{')).toBeUndefined();
  });
});
