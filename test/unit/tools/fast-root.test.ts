import { expect, it } from 'vitest';
import { findProject } from '../../../src/definitions/find-project.ts';
import { fastRoot } from '../../../src/tools/fast-root.ts';

/** A folder of each level has one of these, or nothing. */
const MARKS = ['', 'dev.yaml', 'compose.yaml', 'docker-compose.yml', '.git'];

it('finds the folder that reading finds, whatever lies on the way', () => {
  const levels = ['/a', '/a/b', '/a/b/c', '/a/b/c/d'];
  for (let number = 0; number < MARKS.length ** levels.length; number += 1) {
    const there = new Set<string>();
    let rest = number;
    for (const level of levels) {
      const mark = MARKS[rest % MARKS.length];
      if (mark !== '') there.add(`${level}/${String(mark)}`);
      rest = Math.floor(rest / MARKS.length);
    }
    const exists = (path: string): boolean => there.has(path);
    const isPlain = (folder: string): boolean =>
      exists(`${folder}/compose.yaml`) || exists(`${folder}/docker-compose.yml`);
    const read = findProject('/a/b/c/d', { exists, realPath: (path) => path }, isPlain);
    expect([[...there], fastRoot('/a/b/c/d', exists, {})]).toEqual([
      [...there],
      read.ok ? read.value : undefined,
    ]);
  }
});

it('knows nothing where a variable names the Compose file', () => {
  expect(fastRoot('/a', () => true, { COMPOSE_FILE: 'x.yaml' })).toBeUndefined();
});
