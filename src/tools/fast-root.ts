import { dirname, join } from 'node:path';

/** Compose's own names of its file; where `COMPOSE_FILE` names another, nothing here is known. */
const COMPOSE_NAMES = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
] as const;

/**
 * The project that a folder belongs to, found without reading a file: its nearest parent with a
 * `dev.yaml`, or, where there is none before another repository begins, with a Compose file.
 * @param from absolute, symlinks resolved.
 * @returns undefined where only reading tells.
 */
export function fastRoot(
  from: string,
  exists: (path: string) => boolean,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if ((environment['COMPOSE_FILE'] ?? '') !== '') return undefined;
  let plain: string | undefined;
  for (let at = from; ; at = dirname(at)) {
    if (exists(join(at, 'dev.yaml'))) return at;
    if (COMPOSE_NAMES.some((name) => exists(join(at, name)))) plain ??= at;
    if (plain !== undefined && exists(join(at, '.git'))) return plain;
    if (at === dirname(at)) return plain;
  }
}
