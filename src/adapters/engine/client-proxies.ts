import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dockerConfiguration } from '../../util/docker-folders.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** What the configuration calls them, and the variables that containers get. */
const VARIABLES = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/**
 * The variables that the `docker` program gives to containers by its configuration, in both spellings.
 * Pure.
 * @param text of `config.json`; one that is no JSON gives none.
 * @param address of the engine, which may have proxies of its own there.
 * @see https://docs.docker.com/engine/cli/proxy/
 */
export function configuredProxies(text: string, address: string): Readonly<Record<string, string>> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    return {};
  }
  const proxies = asRecord(asRecord(config)['proxies']);
  const own = asRecord(proxies[address] ?? proxies['default']);
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([key, name]) => {
      const value = own[key];
      if (typeof value !== 'string' || value === '') return [];
      return [
        [name, value],
        [name.toLowerCase(), value],
      ];
    }),
  );
}

/** The same of the person's own configuration. */
export function clientProxies(
  environment: Environment,
  address: string,
): Readonly<Record<string, string>> {
  const home = environment['HOME'] ?? homedir();
  const folder = dockerConfiguration(home, environment);
  try {
    return configuredProxies(readFileSync(join(folder, 'config.json'), 'utf8'), address);
  } catch {
    // Most have none.
    return {};
  }
}
