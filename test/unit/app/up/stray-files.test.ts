import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { strayFileNews } from '../../../../src/app/up/stray-files.ts';
import { initWorld } from '../../../support/init-world.ts';

const SERVICE = 'services:\n  web:\n    image: redis:7\n';

async function told(given: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const world = initWorld(given);
  const definition = await definitionOf('/p', world);
  if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
  return strayFileNews(definition.value, world.files).map(({ text }) => text);
}

describe('files that are not called as the project’s are', () => {
  it('are told beside a Compose file, and beside those that are', async () => {
    const strays = { 'dev.yml': 'name: other\n', 'dev.settings.yml': 'apply: ask\n' };
    const expected = [
      'dev.yml is not read: the name is dev.yaml',
      'dev.settings.yml is not read: the name is dev.settings.yaml',
    ];
    expect(await told({ ...strays, 'compose.yaml': SERVICE })).toEqual(expected);
    const compose = { 'compose/base.yml': SERVICE };
    expect(await told({ ...strays, ...compose, 'dev.yaml': 'name: p\n' })).toEqual(expected);
  });

  it('of compose/ are told, unless a file that counts reads or mounts them', async () => {
    const base = `include: [compose/included.yaml]
services:
  web:
    extends: { file: compose/common.yaml, service: web }
    volumes: ['./compose/scrape.yaml:/etc/scrape.yaml']
`;
    const files = {
      ...{ 'dev.yaml': 'name: p\n', 'compose/base.yaml': base, 'compose/prod.yml': SERVICE },
      ...{ 'compose/common.yaml': SERVICE, 'compose/scrape.yaml': '', 'compose/README.md': '' },
      ...{ 'compose/included.yaml': 'services: {}\n', 'compose/dev/mail.yml': SERVICE },
      ...{ 'compose/Dev.yaml': SERVICE, 'compose/development.yml': '', 'compose/dev/x.YAML': '' },
    };
    const count = 'of compose/ count base.yaml, dev.yaml, ci.yaml, prod.yaml, and';
    expect(await told(files)).toEqual([
      expect.stringContaining(`compose/Dev.yaml is not read: ${count}`),
      expect.stringContaining(`compose/development.yml is not read: ${count}`),
      'compose/dev/x.YAML is not read: the end of its name is to be .yaml or .yml',
    ]);
  });
});
