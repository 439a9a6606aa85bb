import { describe, expect, it } from 'vitest';
import {
  planServiceImages,
  type ServiceImagesRequest,
} from '../../../src/images/service-images.ts';
import type { ImageSummary } from '../../../src/ports/engine-resources.ts';

function image(...tags: readonly string[]): ImageSummary {
  return {
    id: `sha256:${Buffer.from(tags.join()).toString('hex').padEnd(64, '0')}`,
    tags: tags.filter((tag) => !tag.includes('@')),
    digests: tags.filter((tag) => tag.includes('@')),
    labels: {},
    sizeBytes: 1,
    createdAtMs: 0,
  };
}

function planned(
  services: Readonly<Record<string, object>>,
  images: readonly ImageSummary[] = [],
  more: Partial<ServiceImagesRequest> = {},
) {
  return planServiceImages({
    document: { services },
    project: 'shop',
    services: Object.keys(services),
    images,
    running: new Map(),
    own: new Set(['onestack/node:1']),
    platforms: new Map(),
    taggedAtMs: new Map(),
    nowMs: 100 * 3_600_000,
    stale: new Map(),
    bases: new Map(),
    ...more,
  });
}

function plan(...request: Parameters<typeof planned>): readonly string[] {
  const { images: needed, forbidden } = planned(...request);
  return [
    ...needed.map(({ kind, reference, services: all, cause, after }) =>
      [`${kind} ${reference} for ${all.join('+')}: ${cause}`, ...after].join(' < '),
    ),
    ...forbidden.map(({ service, reference }) => `forbidden ${reference} for ${service}`),
  ];
}

describe('planServiceImages', () => {
  it('pulls what is missing, by whatever name the engine knows it', () => {
    const services = {
      a: { image: 'nginx' },
      b: { image: 'docker.io/library/redis:7' },
      c: { image: 'ghcr.io/acme/api:1@sha256:abc' },
      d: { image: 'localhost:5000/x' },
      e: { image: 'onestack/node:1' },
      f: { image: 'nginx:latest' },
      g: { image: '6e67696e783a' },
    };
    expect(plan(services)).toEqual([
      'pull nginx for a: no image yet',
      'pull docker.io/library/redis:7 for b: no image yet',
      'pull ghcr.io/acme/api:1@sha256:abc for c: no image yet',
      'pull localhost:5000/x for d: no image yet',
      'pull nginx:latest for f: no image yet',
      'pull 6e67696e783a for g: no image yet',
    ]);
    const all = [
      image('nginx:latest'),
      image('redis:7'),
      image('ghcr.io/acme/api@sha256:abc'),
      image('localhost:5000/x:latest'),
    ];
    expect(plan(services, all)).toEqual([]);
  });

  it('builds what is missing, names it as Compose does, once for all that run it', () => {
    const services = {
      web: { build: { context: '/p' } },
      worker: { image: 'shop-web' },
      api: { image: 'acme/api', build: '/p/api' },
    };
    expect(plan(services)).toEqual([
      'build shop-web for web+worker: no image yet',
      'build acme/api for api: no image yet',
    ]);
    expect(plan(services, [image('shop-web:latest'), image('acme/api:latest')])).toEqual([]);
    expect(plan({ worker: { image: 'shop-web' }, web: { build: '/p' } })).toEqual([
      'build shop-web for worker+web: no image yet',
    ]);
  });

  it('obeys pull_policy', () => {
    const policies = [
      'always',
      'missing',
      'if_not_present',
      'never',
      'build',
      'daily',
      'every_90m',
    ];
    const at = (build: object, present: readonly ImageSummary[]): readonly string[] =>
      policies.flatMap((policy) => {
        const taggedAtMs = new Map([['x', 98 * 3_600_000]]);
        const service = { image: 'x', pull_policy: policy, ...build };
        const [line = '-'] = plan({ s: service }, present, { taggedAtMs });
        return `${policy} → ${line}`;
      });
    expect(at({}, [])).toEqual([
      'always → pull x for s: no image yet',
      'missing → pull x for s: no image yet',
      'if_not_present → pull x for s: no image yet',
      'never → forbidden x for s',
      'build → pull x for s: no image yet',
      'daily → pull x for s: no image yet',
      'every_90m → pull x for s: no image yet',
    ]);
    expect(at({}, [image('x:latest')])).toEqual([
      'always → pull x for s: pull_policy: always',
      'missing → -',
      'if_not_present → -',
      'never → -',
      'build → -',
      'daily → -',
      'every_90m → pull x for s: pull_policy: every_90m',
    ]);
    expect(at({ build: '/p' }, [])).toEqual([
      'always → pull-or-build x for s: pull_policy: always',
      'missing → pull-or-build x for s: no image yet',
      'if_not_present → pull-or-build x for s: no image yet',
      'never → build x for s: no image yet',
      'build → build x for s: pull_policy: build',
      'daily → build x for s: no image yet',
      'every_90m → build x for s: no image yet',
    ]);
  });

  it('takes an image for another platform as missing', () => {
    const platforms = new Map([['x', 'linux/arm64/v8']]);
    const on = (platform: string): readonly string[] =>
      plan({ s: { image: 'x', platform } }, [image('x:latest')], { platforms });
    expect(on('linux/amd64')).toEqual(['pull x for s: it is for linux/arm64/v8, not linux/amd64']);
    for (const same of ['linux/arm64', 'linux/aarch64', 'linux/arm64/v8', 'Linux/ARM64']) {
      expect(on(same)).toEqual([]);
    }
    // Nothing goes on with it where the other one cannot be had.
    const wanted = { s: { image: 'x', platform: 'linux/amd64' } };
    expect(planned(wanted, [image('x:latest')], { platforms }).images[0]?.present).toBe(false);
    const always = { s: { image: 'x', pull_policy: 'always' } };
    expect(planned(always, [image('x:latest')]).images[0]?.present).toBe(true);
  });

  it('puts images before those that are built from them', () => {
    const services = {
      web: { build: { context: '/p', additional_contexts: { lib: 'service:lib' } } },
      lib: { build: '/p/lib' },
      base: { image: 'acme/base', build: '/p/base' },
    };
    const bases = new Map([
      ['lib', ['acme/base', 'debian']],
      ['base', ['acme/base']],
    ]);
    expect(plan(services, [], { bases })).toEqual([
      'build acme/base for base: no image yet',
      'build shop-lib for lib: no image yet < acme/base',
      'build shop-web for web: no image yet < shop-lib',
    ]);
  });

  it('asks no name for what runs and stays', () => {
    const services = { web: { image: 'gone' }, twin: { image: 'gone' } };
    const old = image();
    const both = new Map([
      ['web', old.id],
      ['twin', old.id],
    ]);
    expect(plan(services, [old], { running: both })).toEqual([]);
    const one = new Map([['web', old.id]]);
    expect(plan(services, [old], { running: one })).toEqual([
      'pull gone for web+twin: no image yet',
    ]);
    expect(plan(services, [], { running: both })).toEqual(['pull gone for web+twin: no image yet']);
  });

  it('builds again what is out of date', () => {
    const stale = new Map([['web', 'server.js changed']]);
    const services = { web: { build: '/p' } };
    expect(plan(services, [image('shop-web:latest')], { stale })).toEqual([
      'build shop-web for web: server.js changed',
    ]);
    expect(plan(services, [], { stale })).toEqual(['build shop-web for web: no image yet']);
  });
});
