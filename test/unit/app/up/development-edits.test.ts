import { expect, it } from 'vitest';
import type { Definition } from '../../../../src/app/project/definition.ts';
import { developmentEdits } from '../../../../src/app/up/development-edits.ts';
import type { OpenProject, Trial } from '../../../../src/model/open-project.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

const healthcheck = { test: ['CMD', 'true'], interval: '30s' };

function edited(opened: Partial<OpenProject>): readonly string[] {
  const environment = { document: { services: { db: { healthcheck } } }, order: ['db'] };
  const definition = partly<Definition>({
    opened: partly<OpenProject>({
      ...{ trial: undefined, instance: 'shop', settings: partly<OpenProject['settings']>({}) },
      ...{ project: partly<OpenProject['project']>({ root: '/p', modules: [] }), ...opened },
    }),
    environment: partly<Definition['environment']>(environment),
  });
  return developmentEdits(definition, new MemoryFiles()).map(({ path }) => path.join('.'));
}

it('asks early for the health of what is tried, and of nothing else where images run', () => {
  const trial = partly<Trial>({ name: 'smoke' });
  expect(edited({ context: 'ci', trial })).toEqual([
    'services.db.healthcheck.start_interval',
    'services.db.healthcheck.start_period',
  ]);
  expect(edited({ context: 'prod' })).toEqual([]);
});
