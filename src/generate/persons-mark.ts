import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { personFolder } from './person-folder.ts';

const KEY = /^[0-9a-f]{32}$/;
const KEY_BYTES = 16;
const LENGTH = 16;

export type MarkWorld = Readonly<{
  files: Pick<Files, 'read' | 'makeDirectory' | 'writeAtomic'>;
  host: Pick<Host, 'home' | 'environment'>;
}>;

/**
 * A name for something of the person's on the engine or in its builder that no definition and no image
 * can name, as nobody guesses it: 16 hexadecimal digits. The same each time.
 */
export function personsMark(what: string, world: MarkWorld): string {
  return createHash('sha256')
    .update(`${personsKey(world)} ${what}`)
    .digest('hex')
    .slice(0, LENGTH);
}

/** Made at its first use. Where it cannot be kept, it is another one each time. */
function personsKey({ files, host }: MarkWorld): string {
  const folder = personFolder(host);
  const path = join(folder, 'mark-key');
  const known = files.read(path);
  if (known.ok && known.value !== undefined && KEY.test(known.value)) return known.value;
  const key = randomBytes(KEY_BYTES).toString('hex');
  if (files.makeDirectory(folder, { mode: 0o700 }).ok)
    files.writeAtomic(path, key, { mode: 0o600, flush: false });
  return key;
}
