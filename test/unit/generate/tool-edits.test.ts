import { describe, expect, it } from 'vitest';
import {
  colonMountEdits,
  engineEdits,
  imageEdits,
  switchOffEdits,
  olderComposeEdits,
} from '../../../src/generate/tool-edits.ts';

describe('switchOffEdits', () => {
  it('takes services out, and what waits for them, in either form', () => {
    const document = {
      services: {
        worker: {},
        api: { depends_on: { worker: { condition: 'service_started' }, db: {} } },
        web: { depends_on: ['worker', 'api'] },
        db: {},
      },
    };
    const edits = switchOffEdits(document, new Set(['worker']));
    expect(edits.map(({ kind, path }) => `${kind} ${path.join('.')}`)).toEqual([
      'remove services.worker',
      'set services.api.depends_on',
      'set services.web.depends_on',
    ]);
    expect(edits.flatMap((edit) => (edit.kind === 'set' ? [edit.value] : []))).toEqual([
      { db: {} },
      ['api'],
    ]);
  });
});

describe('colonMountEdits', () => {
  it('has mounts of a path with a colon said in full, and leaves all others alone', () => {
    const volumes = [
      { type: 'bind', source: '/home/a:b/conf', target: '/c', bind: { create_host_path: true } },
      { type: 'bind', source: '/home/a/conf', target: '/d', bind: { create_host_path: true } },
      { type: 'volume', source: 'data', target: '/e' },
    ];
    expect(colonMountEdits({ services: { api: { volumes }, db: {} } })).toMatchObject([
      { path: ['services', 'api', 'volumes', '0', 'bind', 'create_host_path'], value: false },
    ]);
  });
});

describe('imageEdits', () => {
  it('names the exact version of base images, and leaves all others alone', () => {
    const document = {
      services: {
        api: { image: 'onestack/node' },
        old: { image: 'onestack/node:0123' },
        other: { image: 'example.org/node' },
      },
    };
    const edits = imageEdits(document, new Map([['node', 'onestack/node:abc']]));
    expect(edits).toEqual([
      {
        kind: 'set',
        path: ['services', 'api', 'image'],
        value: 'onestack/node:abc',
        label: 'image fingerprint',
      },
    ]);
  });
});

describe('engineEdits', () => {
  const document = { services: { db: { healthcheck: { start_interval: '250ms' } }, api: {} } };

  it('takes start_interval out for engines that refuse it, and only there', () => {
    const paths = engineEdits(document, '1.41').map(({ path }) => path.join('.'));
    expect(paths).toEqual(['services.db.healthcheck.start_interval']);
    expect(engineEdits(document, '1.44')).toEqual([]);
    expect(engineEdits(document, '2.0')).toEqual([]);
  });
});

describe('olderComposeEdits', () => {
  it('keeps from Compose what older ones refuse, and nothing else', () => {
    const document = {
      services: {
        daily: { pull_policy: 'daily' },
        every: { pull_policy: 'every_12h', develop: { watch: [{ path: '/a', include: ['x'] }] } },
        plain: { pull_policy: 'always', develop: { watch: [{ path: '/a', action: 'sync' }] } },
        first: { develop: { watch: [{ path: '/a', initial_sync: true }] } },
      },
    };
    expect(olderComposeEdits(document).map(({ path }) => path.slice(1).join('.'))).toEqual([
      'daily.pull_policy',
      'every.pull_policy',
      'every.develop',
      'first.develop',
    ]);
  });
});
