import { describe, expect, it } from 'vitest';
import { hostNameEdits } from '../../../src/generate/host-name-edits.ts';
import { namesHostInFiles } from '../../../src/app/up/host-name.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const URL = 'http://host.docker.internal:9000';

/** What a service's `extra_hosts` become; undefined where they stay. */
function hostsOf(service: Readonly<Record<string, unknown>>, inFiles = false): unknown {
  const [edit, ...more] = hostNameEdits({ services: { a: service } }, ['a'], () => inFiles);
  expect(more).toEqual([]);
  return edit?.kind === 'set' ? edit.value : undefined;
}

describe('host.docker.internal', () => {
  it('is known where a service names it, anywhere', () => {
    const added = ['host.docker.internal:host-gateway'];
    expect(hostsOf({ environment: { API: URL } })).toEqual(added);
    expect(hostsOf({ command: ['serve', '--to', URL] })).toEqual(added);
    expect(hostsOf({ healthcheck: { test: ['CMD', 'curl', URL] } })).toEqual(added);
    expect(hostsOf({ network_mode: 'host', environment: [`API=${URL}`] })).toEqual(added);
    expect(hostsOf({ image: 'x' }, true)).toEqual(added);
  });

  it('comes beside other names, in their form', () => {
    expect(hostsOf({ environment: { API: URL }, extra_hosts: ['db:10.0.0.1'] })).toEqual([
      'db:10.0.0.1',
      'host.docker.internal:host-gateway',
    ]);
    expect(hostsOf({ environment: { API: URL }, extra_hosts: { db: '10.0.0.1' } })).toEqual({
      db: '10.0.0.1',
      'host.docker.internal': 'host-gateway',
    });
  });

  it('stays as it is written, and out of services that do not use it or have another’s network', () => {
    const own = { 'host.docker.internal': '10.0.0.9' };
    expect(hostsOf({ environment: { API: URL }, extra_hosts: own })).toBeUndefined();
    expect(
      hostsOf({ environment: { API: URL }, extra_hosts: ['host.docker.internal=10.0.0.9'] }),
    ).toBeUndefined();
    expect(hostsOf({ environment: { API: 'http://api' } })).toBeUndefined();
    for (const mode of ['none', 'service:web', 'container:web']) {
      expect(hostsOf({ environment: { API: URL }, network_mode: mode })).toBeUndefined();
    }
  });

  it('is looked for in files that a service is given, and not in secrets, folders or large ones', () => {
    const files = new MemoryFiles({
      '/shop/nginx.conf': `proxy_pass ${URL};`,
      '/shop/plain.conf': 'proxy_pass http://api;',
      '/shop/api.env': `API=${URL}\n`,
      '/shop/large.sql': `${URL}${'x'.repeat(2 * 1024 * 1024)}`,
    });
    files.link('/shop/linked.conf', '/shop/nginx.conf');
    const names = (service: Readonly<Record<string, unknown>>): boolean => {
      const secrets = { key: { file: '/shop/nginx.conf' } };
      return namesHostInFiles({ services: { a: service }, secrets }, 'a', files);
    };
    const bind = (source: string) => ({ volumes: [{ type: 'bind', source, target: '/x' }] });
    expect(names(bind('/shop/nginx.conf'))).toBe(true);
    expect(names(bind('/shop/linked.conf'))).toBe(true);
    expect(names({ env_file: [{ path: '/shop/api.env' }] })).toBe(true);
    for (const path of ['/shop/plain.conf', '/shop', '/shop/gone', '/shop/large.sql']) {
      expect(names(bind(path))).toBe(false);
    }
    expect(names({ secrets: [{ source: 'key' }] })).toBe(false);
  });
});
