import { expect, it } from 'vitest';
import { jobEdits, jobsIn } from '../../../src/generate/job-edits.ts';

const ended = { condition: 'service_completed_successfully' };
const document = {
  services: {
    migrate: { restart: 'unless-stopped', command: ['sh', 'run-module', 'npm run migrate'] },
    seed: { restart: 'on-failure' },
    db: {},
    web: { depends_on: { migrate: ended, seed: ended, db: { condition: 'service_healthy' } } },
    other: { depends_on: ['db'] },
  },
};
const modules = [
  { name: 'migrate', run: 'npm run migrate' },
  { name: 'web', run: 'node server.js' },
  { name: 'seed', run: 'node seed.js' },
];

it('a module that others wait for the end of runs once, and nothing starts it again', () => {
  expect([...jobsIn(document)]).toEqual(['migrate', 'seed']);
  const edits = jobEdits(document, modules, true).map((edit) => [
    edit.path.slice(1).join('.'),
    'value' in edit ? edit.value : undefined,
  ]);
  expect(edits).toEqual([
    ['migrate.restart', 'no'],
    ['migrate.command', ['sh', '-c', 'npm run migrate']],
    // Somebody said how it is started again.
    ['seed.command', ['sh', '-c', 'node seed.js']],
  ]);
  // An image runs its command as it is.
  const baked = jobEdits(document, modules, false);
  expect(baked.map(({ path }) => path.join('.'))).toEqual(['services.migrate.restart']);
});
