import type { ImageConfig } from '../ports/engine-resources.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';

/**
 * What an image gives its container, in the words of a Dockerfile.
 * @param at what is told as the place of all of it: `image nginx:1.27, compose.yaml:4`
 */
export function imageFacts(gives: ImageConfig, at: string): DockerfileFacts {
  const environment = new Map(
    gives.environment.map((entry) => {
      const [name = '', ...value] = entry.split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const { user, workingDirectory: folder, entrypoint, command, healthTest, healthTimes } = gives;
  const variables = [...environment.keys()].map((name) => `ENV ${name}`);
  const places = [...variables, 'EXPOSE', 'VOLUME', 'HEALTHCHECK', 'CMD', 'ENTRYPOINT'];
  return {
    environment,
    expose: gives.exposedPorts.map((port) => port.replace(/\/tcp$/, '')),
    volumes: gives.volumes,
    user: user === '' ? undefined : { value: user, at },
    workdir: folder === '' || folder === '/' ? undefined : { value: folder, at },
    stopSignal: undefined,
    healthcheck: healthTest.length === 0 ? undefined : { test: healthTest, ...healthTimes },
    command: command.length === 0 ? undefined : command,
    entrypoint: entrypoint.length === 0 ? undefined : entrypoint,
    base: undefined,
    wants: undefined,
    // It is known only what came of them.
    installs: [],
    runs: [],
    copies: [],
    places: new Map(places.map((what) => [what, at])),
  };
}
