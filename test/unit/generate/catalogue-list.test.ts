import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cataloguePage } from '../../../scripts/catalogue-page.ts';
import { hostFiles } from '../../../src/adapters/files.ts';
import { mergeCompose, toPlain } from '../../../src/compose/load/merge.ts';
import { instantiate, loadCatalogue } from '../../../src/generate/catalogue.ts';
import { listCatalogue } from '../../../src/generate/catalogue-list.ts';
import { mappingAt } from '../../../src/model/plain.ts';
import { catalogueText } from '../../../src/views/catalogue-text.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const entries = loadCatalogue(hostFiles, { root: undefined, toolDirectory: REPOSITORY });
const listed = listCatalogue(entries, hostFiles);

describe('the catalogue', () => {
  it('has a page that is current: else run npm run catalogue:page', () => {
    expect(readFileSync(join(REPOSITORY, 'docs/catalogue.md'), 'utf8')).toBe(cataloguePage());
  });

  it('is listed with what each is, and where its image comes from', () => {
    const lines = catalogueText(listed).split('\n');
    expect(lines).toHaveLength(listed.length + 2);
    expect(lines.find((line) => line.startsWith('postgres '))).toMatch(
      /PostgreSQL 17 +built here$/,
    );
    expect(lines.find((line) => line.startsWith('mongodb '))).toMatch(
      /MongoDB 8 +pulled: mongo:\d+\.\d+\.\d+$/,
    );
  });

  it('knows the kind of every entry that keeps data', () => {
    const unknown = listed.filter(({ data, probe }) => data.length > 0 && probe === undefined);
    expect(unknown.map(({ name }) => name)).toEqual(['caddy']);
  });

  it('tells the project’s own from the tool’s', () => {
    const file = 'services: { service: { image: x, volumes: [data:/d] } }';
    const memory = new MemoryFiles({
      '/tool/compose/services/a.yaml': file,
      '/p/compose/services/b.yaml': `# Mine.\n${file}`,
      '/p/compose/services/broken.yaml': 'services: [',
    });
    const own = listCatalogue(
      loadCatalogue(memory, { root: '/p', toolDirectory: '/tool' }),
      memory,
    );
    expect(own.map(({ name, own: mine, title }) => [name, mine, title])).toEqual([
      ['a', false, ''],
      ['b', true, 'Mine'],
      ['broken', true, ''],
    ]);
  });

  it.each([...entries.values()])(
    '$name merges with what a project says, under any name',
    (entry) => {
      const layer = instantiate(entry, 'mine', hostFiles);
      if (!layer.ok) throw new Error(JSON.stringify(layer.failure));
      const own = { services: { mine: { environment: { OWN: 'x' }, ports: ['127.0.0.1::1'] } } };
      const merged = mergeCompose({
        layers: [layer.value, { kind: 'tool', label: 'test', value: own }],
        projectDirectory: '/p',
        projectName: 'p',
        environment: {},
        profiles: [],
        interpolate: true,
        readFile: (path) => hostFiles.read(path),
        display: (path) => path,
      });
      if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
      const document = toPlain(merged.value);
      const service = mappingAt(mappingAt(document, 'services'), 'mine');
      expect(service).toMatchObject({ restart: 'unless-stopped' });
      expect(JSON.stringify(service['environment'])).toMatch(/OWN["=:]+x/);
      // Neither a Node process every five seconds, nor a check that only waits.
      const { test } = mappingAt(service, 'healthcheck');
      expect(String(test)).not.toMatch(/\b(?:node|npx|mongosh|sleep)\b/);
      expect(JSON.stringify(document)).not.toMatch(/\/\/service:|:latest/);
      const { image } = service;
      expect(image).toMatch(/^onestack\/[a-z]+\d?$|:[^:/]*\d+\.\d+\.\d+$|:RELEASE\.[\dTZ-]+$/);
    },
  );

  it('has Kafka tell its clients the name that the project gives it', () => {
    const kafka = entries.get('kafka');
    const made = kafka === undefined ? undefined : instantiate(kafka, 'bus', hostFiles);
    if (made?.ok !== true || made.value.kind !== 'file') throw new Error('no kafka');
    expect(made.value.text).toContain('"PLAINTEXT://bus:9092"');
    expect(made.value.text).toContain('KAFKA_LISTENERS: PLAINTEXT://:9092');
  });
});
