import { describe, expect, it } from 'vitest';
import {
  defaultInstall,
  packageManagerOf,
  unlockedInstall,
} from '../../../src/model/default-install.ts';

describe('defaultInstall', () => {
  it('of several lockfiles takes the one that the package.json names', () => {
    const names = ['package.json', 'package-lock.json', 'yarn.lock', 'go.sum'];
    expect(defaultInstall(names, 'node', 'yarn')?.lockfiles[0]).toBe('yarn.lock');
    expect(defaultInstall(names, 'node', 'pnpm')?.run).toBe('npm ci');
    expect(defaultInstall(names, 'node')?.run).toBe('npm ci');
    expect(defaultInstall(names, 'go', 'yarn')?.run).toBe('go mod download');
    expect(packageManagerOf('{"packageManager":"yarn@4.1.0+sha224.1"}')).toBe('yarn');
    expect(['', '[]', '{"packageManager":1}'].map(packageManagerOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is npm ci where package-lock.json lies, keyed by the manifests too', () => {
    expect(defaultInstall(['.npmrc', 'package-lock.json', 'package.json', 'src'])).toEqual({
      run: 'npm ci',
      production: 'npm ci --omit=dev',
      lockfiles: ['package-lock.json', 'package.json', '.npmrc'],
      directories: ['node_modules'],
    });
  });

  it.each([
    ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile', ['node_modules'], '--prod'],
    ['yarn.lock', 'yarn install --frozen-lockfile', ['node_modules'], '--production'],
  ])('knows %s', (lockfile, run, directories, production) => {
    expect(defaultInstall([lockfile])).toEqual({
      ...{ run, lockfiles: [lockfile], directories },
      production: `${run} ${production}`,
    });
  });

  it.each(['bun.lock', 'bun.lockb'])(
    'installs what %s locks by Bun, there or from npm',
    (lockfile) => {
      const run = '$(command -v bun || echo npx --yes bun@1) install --frozen-lockfile';
      expect(defaultInstall(['package.json', lockfile, 'bunfig.toml'])).toEqual({
        ...{ run, production: `${run} --production`, directories: ['node_modules'] },
        lockfiles: [lockfile, 'package.json', 'bunfig.toml'],
      });
      expect(defaultInstall([lockfile, 'package-lock.json'])?.run).toBe('npm ci');
    },
  );

  it('installs nothing where the repository has a copy of all that go.sum locks', () => {
    expect(defaultInstall(['go.mod', 'go.sum', 'vendor'])).toMatchObject({
      run: 'true',
      lockfiles: ['go.sum', 'go.mod'],
    });
    expect(defaultInstall(['package-lock.json', 'vendor'])?.run).toBe('npm ci');
  });

  it.each([
    ['go.sum', 'go mod download', 'go-mod'],
    ['pom.xml', 'mvn --batch-mode --no-transfer-progress dependency:go-offline', 'maven'],
  ])('knows %s, and the cache that an editor reads', (lockfile, run, cache) => {
    expect(defaultInstall([lockfile])).toEqual({
      ...{ run, lockfiles: [lockfile], directories: [], caches: [cache] },
    });
  });

  it.each(['uv.lock', 'poetry.lock', 'requirements.txt'])(
    'puts what %s locks into a virtual environment',
    (lockfile) => {
      expect(defaultInstall([lockfile])?.directories).toEqual(['.venv']);
    },
  );

  it('is nothing where nothing is locked: a Go module of the standard library alone', () => {
    expect(defaultInstall(['go.mod', 'main.go'])).toBeUndefined();
  });

  it('follows the base image where several languages lock', () => {
    const names = ['package-lock.json', 'requirements.txt'];
    expect(defaultInstall(names, 'python')?.run).toContain('pip install -r requirements.txt');
    expect(defaultInstall(names, 'node')?.run).toBe('npm ci');
    expect(defaultInstall(names, 'own')?.run).toBe('npm ci');
  });
});

describe('a package.json without a lockfile', () => {
  it('is installed as it is, and no lockfile is made', () => {
    expect(unlockedInstall('{"devDependencies": {"a": "1"}}')).toEqual({
      run: 'npm install --no-package-lock --no-audit --no-fund',
      production: 'npm install --no-package-lock --no-audit --no-fund --omit=dev',
      lockfiles: ['package.json'],
      directories: ['node_modules'],
      unlocked: true,
    });
  });

  it.each(['{}', '{"dependencies": {}}', '{"scripts": {"test": "x"}}', '[]', 'null', '{', ''])(
    '%s has nothing to install',
    (manifest) => expect(unlockedInstall(manifest)).toBeUndefined(),
  );
});
