import { expect, it } from 'vitest';
import { ensureGenerated } from '../../../src/app/generate.ts';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { readSettings } from '../../../src/definitions/load-settings.ts';
import type { Host } from '../../../src/ports/host.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

it('renews who has a credential when .dev was deleted under a running environment', async () => {
  const files = new MemoryFiles({ '/p/dev.yaml': 'name: shop' });
  // Only these facts are read.
  const host = { home: '/home/ann', cores: 2, environment: {} } as unknown as Host;
  const project = loadProject('/p', { files });
  if (!project.ok) throw new Error(project.failure[0]?.what);
  const settings = readSettings('certificates: { company_ca: none }', project.value, {
    files,
    host,
  });
  if (!settings.ok) throw new Error(settings.failure[0]?.what);
  const opened = {
    project: project.value,
    settings: settings.value.settings,
    context: 'dev',
    instance: 'shop',
    devDirectory: '/p/.dev',
  } as const;
  const world = {
    files,
    host,
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    publicRoots: () => Promise.resolve([]),
  };
  const generate = async (): Promise<unknown> => {
    const request = { opened, services: [], secrets: ['db-password'] };
    const generated = await ensureGenerated(request, world, () => undefined);
    return generated.ok ? generated.value.renewed : generated.failure;
  };
  await generate();
  expect(await generate()).toEqual([]);
  files.remove('/p/.dev');
  expect(await generate()).toEqual(['db-password']);
});
