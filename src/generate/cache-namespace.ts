import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CacheNamespaces } from '../images/cache-mounts.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { personFolder } from './person-folder.ts';

const KEY = /^[0-9a-f]{32}$/;
const KEY_BYTES = 16;
const LENGTH = 16;

type Surroundings = Readonly<{
  files: Pick<Files, 'read' | 'makeDirectory' | 'writeAtomic'>;
  host: Pick<Host, 'home' | 'environment'>;
}>;

/**
 * Cache mounts (`RUN --mount=type=cache`) are the builder's, and go by whatever name a Dockerfile
 * writes: what one project leaves there would be installed by the next.
 *
 * @param scope whose caches the project uses.
 */
export function cacheNamespaces(scope: string, world: Surroundings): CacheNamespaces {
  const key = personsKey(world);
  const of = (owner: string): string =>
    createHash('sha256').update(`${key} ${owner}`).digest('hex').slice(0, LENGTH);
  return { tool: of('tool'), project: of(scope) };
}

/** Made at its first use. Where it cannot be kept, caches are empty each time: no reason to fail. */
function personsKey({ files, host }: Surroundings): string {
  const folder = personFolder(host);
  const path = join(folder, 'cache-key');
  const known = files.read(path);
  if (known.ok && known.value !== undefined && KEY.test(known.value)) return known.value;
  const key = randomBytes(KEY_BYTES).toString('hex');
  if (files.makeDirectory(folder, { mode: 0o700 }).ok)
    files.writeAtomic(path, key, { mode: 0o600, flush: false });
  return key;
}
