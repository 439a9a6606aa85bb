import { expect, it } from 'vitest';
import { composeFilesOf } from '../../../../src/app/project/definition-layers.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

it('takes what is the same everywhere first, then what the context changes', () => {
  const names = [
    'dev/web.yaml',
    'prod.yaml',
    'dev.yml',
    'base/web.yaml',
    'base/api.yml',
    'base.yaml',
  ];
  const files = new MemoryFiles(
    Object.fromEntries(names.map((name) => [`/p/compose/${name}`, 'services: {}\n'])),
  );
  const base = ['compose/base.yaml', 'compose/base/api.yml', 'compose/base/web.yaml'];
  expect(composeFilesOf('/p', 'dev', files)).toEqual([
    ...base,
    ...['compose/dev.yml', 'compose/dev/web.yaml'],
  ]);
  expect(composeFilesOf('/p', 'prod', files)).toEqual([...base, 'compose/prod.yaml']);
});
