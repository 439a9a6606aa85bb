import { loadProject } from '../../src/definitions/load-project.ts';
import type { LoadProjectDeps } from '../../src/definitions/load-project.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { Project } from '../../src/model/project.ts';
import { shown } from './definition-failures.ts';
import { MemoryFiles } from './memory-files.ts';

/** A project of three modules, two of them with a manifest. */
export function filesWith(text: string): MemoryFiles {
  return new MemoryFiles({
    '/p/dev.yaml': text,
    '/p/common/package.json': '{}',
    '/p/api/package.json': '{}',
    '/p/api/package-lock.json': '{}',
    '/p/web/index.ts': '',
  });
}

function load(text: string, deps: Partial<LoadProjectDeps> = {}) {
  return loadProject('/p', {
    files: filesWith(text),
    imageNames: ['node', 'go'],
    catalogue: ['postgres', 'redis'],
    ...deps,
  });
}

/** What is read of a right dev.yaml. */
export function project(text: string, deps: Partial<LoadProjectDeps> = {}): Project {
  const loaded = load(text, deps);
  if (!loaded.ok) throw new Error(shown(loaded.failure));
  return loaded.value;
}

/** What is told of a wrong one. */
export function failures(text: string, deps: Partial<LoadProjectDeps> = {}): readonly Failure[] {
  const loaded = load(text, deps);
  if (loaded.ok) throw new Error('no failure');
  return loaded.failure;
}
