import { expect, it } from 'vitest';
import { layExamples } from '../../../src/app/release/lay-examples.ts';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import { envExamples } from '../../../src/release/env-examples.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const sourcesOf = (...paths: readonly string[]) => ({
  files: paths.map((path) => ({ path, mode: '100644', hash: path })),
});

it('finds the files of variables that no commit holds, by the likeliest example', () => {
  const sources = sourcesOf(
    ...['.env.sample', '.env.example', 'api/db.env-dist', 'web/.env', 'web/.env.example'],
    ...['config.yml.example', 'nginx.conf.template'],
  );
  expect(envExamples(sources)).toEqual([
    { path: '.env', example: '.env.example' },
    { path: 'api/db.env', example: 'api/db.env-dist' },
  ]);
});

it('makes them where a commit is laid out, and says so once', () => {
  const files = new MemoryFiles({ '/c/.env.sample': 'KEY=1\n' });
  const told: ProgressEvent[] = [];
  for (let times = 0; times < 2; times += 1) {
    const laid = layExamples(sourcesOf('.env.sample'), '/c', { files }, (one) => told.push(one));
    expect(laid.ok).toBe(true);
  }
  expect(files.text('/c/.env')).toBe('KEY=1\n');
  expect(told).toEqual([
    expect.objectContaining({
      text: '.env is in no commit: services have what .env.sample says here',
    }),
  ]);
});
