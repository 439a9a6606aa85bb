import { describe, expect, it } from 'vitest';
import { locateInstance, locateRoot } from '../../../../src/app/project/locate.ts';
import type { Host } from '../../../../src/ports/host.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

const REGISTRY = '/home/ann/.local/state/onestack/instances.json';

function located(folder: string) {
  const files = new MemoryFiles({
    '/a/shop/dev.yaml': 'name: shop',
    '/b/shop/dev.yaml': 'name: shop',
    [REGISTRY]: JSON.stringify({ '/a/shop': { project: 'shop', instance: 'shop' } }),
  });
  const host = { home: '/home/ann', environment: {}, workingDirectory: folder };
  const found = locateInstance(
    {
      files,
      host: partly<Host>(host),
      locks: {
        acquire: () => Promise.reject(new Error('nothing is written')),
        isHeld: () => Promise.resolve(false),
      },
      clock: { now: () => 0, steady: () => 0, sleep: () => Promise.resolve() },
    },
    { project: undefined, context: 'dev' },
    () => undefined,
  );
  return found.ok ? found.value.instance : found.failure.what;
}

describe('locateRoot', () => {
  it('names a Compose file that has a name of its own', () => {
    const host = partly<Host>({ home: '/', environment: {}, workingDirectory: '/x' });
    const cureWith = (name: string) => {
      const found = locateRoot({ files: new MemoryFiles({ [`/x/${name}`]: '' }), host }, undefined);
      return found.ok ? undefined : found.failure.cure;
    };
    expect(cureWith('docker-compose.dev.yml')).toBe(
      'There is docker-compose.dev.yml: COMPOSE_FILE=docker-compose.dev.yml in .env makes it the project’s',
    );
    expect(cureWith('composer.json')).toContain('dev init');
  });
});

describe('locateInstance', () => {
  it('is the name that the folder has claimed', () => {
    expect(located('/a/shop')).toBe('shop');
  });

  it('is never what another folder of the same name runs as', () => {
    expect(located('/b/shop')).toBe('shop (not up yet)');
  });
});
