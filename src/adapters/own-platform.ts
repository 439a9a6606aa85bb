/** By it Docker's programs take images of another platform than the engine's, where nobody names one. */
const DEFAULT_PLATFORM = 'DOCKER_DEFAULT_PLATFORM';

/**
 * The environment of a command: `docker run` is for images of the tool's own, which are of the engine's platform,
 * whatever a person has set for those of others. It would not find them.
 */
export function ownPlatform(argv: readonly string[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (argv[0] !== 'docker' || argv[1] !== 'run' || env[DEFAULT_PLATFORM] === undefined) return env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== DEFAULT_PLATFORM));
}
