import { describe, expect, it } from 'vitest';
import { sharedFiles } from '../../../src/release/sources.ts';

const shared = (...paths: readonly string[]) =>
  sharedFiles({ files: paths.map((path) => ({ path, mode: '100644', hash: '' })) }).map(
    ({ path }) => path,
  );

describe('files that any module may read', () => {
  it('are those at the root that something is built from, and what package managers ask for', () => {
    expect(
      shared(
        'package.json',
        'README.md',
        'dev.yaml',
        'api/x.js',
        '.yarn/releases/yarn-4.cjs',
        '.yarn/cache/x.zip',
      ),
    ).toEqual(['package.json', '.yarn/releases/yarn-4.cjs']);
  });

  it('are the manifests of Go’s modules where a go.work names them', () => {
    expect(shared('api/go.mod', 'api/main.go')).toEqual([]);
    expect(shared('go.work', 'api/go.mod', 'api/go.sum', 'api/main.go')).toEqual([
      'go.work',
      'api/go.mod',
    ]);
  });
});
