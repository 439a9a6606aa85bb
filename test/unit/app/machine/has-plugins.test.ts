import { describe, expect, it } from 'vitest';
import { hasPlugins } from '../../../../src/app/machine/has-plugins.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const SYSTEM = '/usr/libexec/docker/cli-plugins';
const OWN = '/home/me/.docker/cli-plugins';

function answer(
  paths: readonly string[],
  { mode = 0o755, ...environment }: { mode?: number; DOCKER_CONFIG?: string } = {},
): boolean {
  const files = new MemoryFiles();
  for (const path of paths) {
    files.put(path, '');
    files.setMode(path, mode);
  }
  const host = { home: '/home/me', environment: { PATH: '/opt/docker/bin', ...environment } };
  return hasPlugins({ files, host });
}

describe('hasPlugins', () => {
  it('finds the client by PATH, and both plugins where the client looks', () => {
    const client = '/opt/docker/bin/docker';
    const both = [`${SYSTEM}/docker-compose`, `${OWN}/docker-buildx`];
    expect(answer([client, ...both])).toBe(true);
    expect(answer(both)).toBe(false);
    expect(answer([client, `${SYSTEM}/docker-compose`])).toBe(false);
    expect(answer([client, `${SYSTEM}/docker-buildx`])).toBe(false);
    expect(answer([client, ...both], { mode: 0o644 })).toBe(false);
    expect(answer([client, ...both], { DOCKER_CONFIG: '/elsewhere' })).toBe(false);
  });
});
