import { describe, expect, it } from 'vitest';
import { hostSources, isFileName } from '../../../src/plan/host-sources.ts';

describe('what a container is given of the host', () => {
  it('is a file or a folder by its name, as people name them', () => {
    const files = ['a.toml', '.env', '.env.local', 'init.sql', 'server.crt', 'Caddyfile', 'x.mjs'];
    const folders = ['data', 'conf.d', 'v1.2', 'example.com', 'app.v2', '.cache', 'node_modules'];
    expect(files.filter((name) => !isFileName(`/p/${name}`))).toEqual([]);
    expect(folders.filter((name) => isFileName(`/p/${name}`))).toEqual([]);
  });

  it('is each bind mount, secret and config with its place', () => {
    const document = {
      services: {
        a: {
          volumes: [
            { type: 'bind', source: '/p/conf', target: '/etc/app.toml', bind: {} },
            { type: 'bind', source: '/p/data', target: '/data' },
            { type: 'bind', source: '/p/x', target: '/x', bind: { create_host_path: false } },
            { type: 'volume', source: 'v', target: '/v' },
          ],
          secrets: ['key'],
          configs: [{ source: 'text', target: '/t' }],
        },
      },
      secrets: { key: { file: '/p/key' } },
      configs: { text: { content: 'x' } },
    };
    expect(hostSources(document, 'a').map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'file /p/conf',
      'folder /p/data',
      'present /p/x',
      'present /p/key',
    ]);
    expect(hostSources(document, 'a')[3]?.at).toEqual(['secrets', 'key', 'file']);
  });
});
