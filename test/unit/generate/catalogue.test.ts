import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';
import { instantiate, loadCatalogue } from '../../../src/generate/catalogue.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const TOOL = resolve(import.meta.dirname, '../../..');

const QUEUE = `# A queue.
services:
  service:
    image: onestack/queue
    volumes: ['data:/data', './queue.conf:/etc/queue.conf:ro', { type: volume, source: data, target: /b }]
    secrets: [password, { source: key, target: data }, elsewhere]
volumes:
  data: # kept
secrets:
  password: { file: .dev/secrets/password }
  key:
    file: ./keys/key
`;

function load(files: Readonly<Record<string, string>>) {
  const memory = new MemoryFiles(files);
  return { memory, entries: loadCatalogue(memory, { root: '/p', toolDirectory: '/tool' }) };
}

function instance(text: string, name = 'jobs') {
  const { memory, entries } = load({ '/p/compose/services/queue.yaml': text });
  const entry = entries.get('queue');
  if (entry === undefined) throw new Error('not in the catalogue');
  return instantiate(entry, name, memory);
}

describe('loadCatalogue', () => {
  it("has the tool's entries, and the project's in their place", () => {
    const { entries } = load({
      '/tool/compose/services/redis.yaml': '',
      '/tool/compose/services/postgres.yaml': '',
      '/p/compose/services/redis.yml': '',
      '/p/compose/services/notes.txt': '',
    });
    expect([...entries].map(([name, { display }]) => [name, display])).toEqual([
      ['postgres', 'onestack/compose/services/postgres.yaml'],
      ['redis', 'compose/services/redis.yml'],
    ]);
  });
});

describe('instantiate', () => {
  it('names the service, its volumes, its secrets and their files after the project’s service', () => {
    const made = instance(QUEUE);
    if (!made.ok || made.value.kind !== 'file') throw new Error('not made');
    expect(parse(made.value.text)).toEqual({
      services: {
        jobs: {
          image: 'onestack/queue',
          volumes: [
            'jobs-data:/data',
            './queue.conf:/etc/queue.conf:ro',
            { type: 'volume', source: 'jobs-data', target: '/b' },
          ],
          secrets: ['jobs-password', { source: 'jobs-key', target: 'data' }, 'elsewhere'],
        },
      },
      volumes: { 'jobs-data': null },
      secrets: {
        'jobs-password': { file: '.dev/secrets/jobs-password' },
        'jobs-key': { file: './keys/key' },
      },
    });
  });

  it('keeps every line where it is', () => {
    const made = instance(QUEUE);
    if (!made.ok || made.value.kind !== 'file') throw new Error('not made');
    const lines = made.value.text.split('\n');
    expect(lines).toHaveLength(QUEUE.split('\n').length);
    expect(lines[0]).toBe('# A queue.');
    expect(lines[7]).toBe('  "jobs-data": # kept');
  });

  it.each([
    ['no service', 'volumes: {}\n'],
    ['another name', 'services: { queue: { image: a } }\n'],
    ['two services', 'services: { service: { image: a }, other: { image: b } }\n'],
    ['nothing', ''],
  ])('refuses a file with %s', (_, text) => {
    const made = instance(text);
    expect(made.ok).toBe(false);
    if (!made.ok)
      expect(made.failure[0]?.what).toBe('compose/services/queue.yaml is no ready service');
  });

  it('tells where a file is not YAML', () => {
    const made = instance('services:\n  service: [\n');
    if (made.ok) throw new Error('not refused');
    expect(made.failure[0]).toMatchObject({ reason: 'definition', at: { line: 3 } });
  });

  it("makes every one of the tool's own entries", () => {
    const entries = loadCatalogue(hostFiles, { root: '/nowhere', toolDirectory: TOOL });
    expect(entries.size).toBe(readdirSync(join(TOOL, 'compose/services')).length);
    for (const entry of entries.values()) {
      const made = instantiate(entry, 'mine', hostFiles);
      if (!made.ok || made.value.kind !== 'file') throw new Error(entry.name);
      const { services } = parse(made.value.text) as {
        services: Record<string, { healthcheck: unknown; image: string }>;
      };
      expect(Object.keys(services)).toEqual(['mine']);
      expect(services['mine']).toMatchObject({ restart: 'unless-stopped' });
      const image = services['mine']?.image ?? '';
      if (image.startsWith('onestack/')) expect(image).toBe(`onestack/${entry.name}`);
      expect(services['mine']?.healthcheck).toBeDefined();
    }
  });
});
