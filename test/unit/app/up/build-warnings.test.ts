import { describe, expect, it } from 'vitest';
import { bigContextText } from '../../../../src/app/up/build-warnings.ts';

const MIB = 1024 * 1024;
const context = (files: Readonly<Record<string, number>>) => ({
  entries: Object.entries(files).map(([path, bytes]) => ({ path, mode: '644', digest: '', bytes })),
});

describe('a build that is sent a lot', () => {
  it('is told with what is big in it, and nothing that is not', () => {
    const big = context({
      'data/dump.sql': 1500 * MIB,
      'data/video.mp4': 600 * MIB,
      'dist/a': 100 * MIB,
      'compose.yaml': 100,
      Dockerfile: 50,
    });
    expect(bigContextText(big)).toBe('2.1 GB are sent to the build: data/ 2.1 GB, dist/ 100 MB');
    expect(bigContextText(context({ 'data/x': 400 * MIB }))).toBeUndefined();
  });
});
