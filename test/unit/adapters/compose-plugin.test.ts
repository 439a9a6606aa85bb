import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asPlugin } from '../../../src/adapters/compose-plugin.ts';

const ELF = Buffer.from('7f454c46', 'hex');
const ARGV = ['docker', 'compose', '--file', 'x', 'up'];

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onestack-plugin-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(path: string, content: string | Uint8Array, mode = 0o755): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  chmodSync(whole, mode);
  return whole;
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${root}/empty:${root}/bin`,
  HOME: root,
  KEPT: 'yes',
});

describe('asPlugin', () => {
  it('calls the plugin as Docker’s client does', () => {
    const docker = program('bin/docker', ELF);
    const plugin = program('.docker/cli-plugins/docker-compose', ELF);
    const { argv, env } = asPlugin(ARGV, environment());
    expect(argv).toEqual([plugin, 'compose', '--file', 'x', 'up']);
    expect(env).toMatchObject({ KEPT: 'yes', DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker });
  });

  it('passes over what is in PATH and cannot be entered, or is no program', () => {
    writeFileSync(join(root, 'empty'), '');
    mkdirSync(join(root, 'folder/docker'), { recursive: true });
    program('plain/docker', ELF, 0o644);
    const docker = program('bin/docker', ELF);
    program('.docker/cli-plugins/docker-compose', ELF);
    const PATH = ['empty', 'folder', 'plain', 'bin'].map((name) => join(root, name)).join(':');
    const { env } = asPlugin(ARGV, { ...environment(), PATH: `relative::${PATH}` });
    expect(env['DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND']).toBe(docker);
  });

  it('leaves every other command as it is', () => {
    program('bin/docker', ELF);
    program('.docker/cli-plugins/docker-compose', ELF);
    for (const argv of [['docker', 'build', '.'], ['podman', 'compose'], ['docker'], []]) {
      expect(asPlugin(argv, environment()).argv).toBe(argv);
    }
  });

  it.each<[string, () => void]>([
    ['there is no client', () => undefined],
    ['the client is a script', () => program('bin/docker', '#!/bin/sh\nexec sudo docker "$@"\n')],
    [
      'the client is none to be read',
      () => mkdirSync(join(root, 'bin/docker'), { recursive: true }),
    ],
    [
      'plugins lie elsewhere, too',
      () => {
        program('bin/docker', ELF);
        program('.docker/config.json', '{"cliPluginsExtraDirs": ["/elsewhere"]}');
      },
    ],
  ])('is called through the client where %s', (_, arrange) => {
    program('.docker/cli-plugins/docker-compose', ELF);
    arrange();
    expect(asPlugin(ARGV, environment()).argv).toBe(ARGV);
  });
});
