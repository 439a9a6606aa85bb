import { join } from 'node:path';

/** Where Docker's client looks for its plugins, after the person's own folder, in its order. */
const FOLDERS = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'];

/** The folder of a person's configuration of Docker's client. */
export function dockerConfiguration(
  home: string,
  { DOCKER_CONFIG: own = '' }: Readonly<Record<string, string | undefined>>,
): string {
  return own === '' ? join(home, '.docker') : own;
}

/** Folders with plugins of Docker's client, in the order in which it looks. */
export const pluginFolders = (configuration: string): readonly string[] => [
  join(configuration, 'cli-plugins'),
  ...FOLDERS.map((folder) => join(folder, 'docker/cli-plugins')),
];
