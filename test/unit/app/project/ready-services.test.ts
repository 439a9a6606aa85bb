import { expect, it } from 'vitest';
import { catalogueLayers } from '../../../../src/app/project/ready-services.ts';
import { loadHierarchy } from '../../../../src/images/hierarchy.ts';
import type { World } from '../../../../src/ports/world.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const TOOL = {
  '/tool/base-images/os/Dockerfile': 'FROM debian:trixie-slim\n',
  '/tool/base-images/postgres/Dockerfile':
    'FROM onestack/os\nCOPY postgres-ready /usr/local/bin/\n',
  '/tool/base-images/postgres/postgres-ready': '#!/bin/sh\n',
  '/tool/compose/services/postgres.yaml':
    'services: { service: { image: onestack/postgres, healthcheck: { test: [CMD, postgres-ready] } } }\n',
};

function layers(own: Readonly<Record<string, string>>) {
  const files = new MemoryFiles({ ...TOOL, ...own });
  const hierarchy = loadHierarchy({ files, projectRoot: '/p', toolDirectory: '/tool' });
  if (!hierarchy.ok) throw new Error(JSON.stringify(hierarchy.failure));
  const host = { toolDirectory: '/tool' } as World['host'];
  const services = new Map([['db', 'postgres']]);
  return catalogueLayers({ root: '/p', services }, hierarchy.value, { files, host });
}

it('takes the tool’s image', () => {
  expect(layers({})).toMatchObject({ ok: true, value: [{ kind: 'file' }] });
});

it('refuses an image of the project that only has the name, before anything starts', () => {
  const refused = layers({
    '/p/base-images/postgres/Dockerfile': 'FROM onestack/os\nRUN make it\n',
  });
  expect(refused).toMatchObject({
    ok: false,
    failure: [
      {
        reason: 'definition',
        what: expect.stringContaining('services.db: postgres of the catalogue') as string,
        why: expect.stringContaining('postgres-ready') as string,
        cure: expect.stringContaining('Rename the folder base-images/postgres') as string,
      },
    ],
  });
});

it.each([
  ['copies it', { '/p/base-images/postgres/Dockerfile': 'FROM x\nCOPY postgres-ready /\n' }],
  [
    'has it in its folder',
    {
      '/p/base-images/postgres/Dockerfile': 'FROM x\nCOPY . /\n',
      '/p/base-images/postgres/postgres-ready': '#!/bin/sh\n',
    },
  ],
  [
    'is built on one that has it',
    {
      '/p/base-images/postgres/Dockerfile': 'FROM onestack/pg\n',
      '/p/base-images/pg/Dockerfile': 'FROM x\nRUN install postgres-ready\n',
    },
  ],
])('takes an image of the project that %s', (_, own) => {
  expect(layers(own).ok).toBe(true);
});

it('lets an entry of the project say what it wants', () => {
  const own = {
    '/p/base-images/postgres/Dockerfile': 'FROM x\n',
    '/p/compose/services/postgres.yaml':
      'services: { service: { image: onestack/postgres, healthcheck: { test: [CMD-SHELL, "true"] } } }\n',
  };
  expect(layers(own).ok).toBe(true);
});
