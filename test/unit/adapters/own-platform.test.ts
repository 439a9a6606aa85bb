import { expect, it } from 'vitest';
import { ownPlatform } from '../../../src/adapters/own-platform.ts';
import { buildEnvironment, builderEnvironment } from '../../../src/engine/image-command.ts';

const env = { DOCKER_DEFAULT_PLATFORM: 'linux/amd64', HOME: '/home/ann' };

it('containers and builds of the tool’s own images are of the engine’s platform', () => {
  expect(ownPlatform(['docker', 'run', 'image'], env)).toEqual({ HOME: '/home/ann' });
  const built = buildEnvironment({ environment: env, context: 'default' });
  expect(built['DOCKER_DEFAULT_PLATFORM']).toBeUndefined();
});

it('others’ images are what a person has set', () => {
  expect(ownPlatform(['docker', 'compose', 'run'], env)).toBe(env);
  expect(ownPlatform(['docker', 'pull', 'image'], env)).toBe(env);
  expect(builderEnvironment(env)['DOCKER_DEFAULT_PLATFORM']).toBe('linux/amd64');
});
