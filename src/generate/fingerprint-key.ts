import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import { ok, type Result } from '../util/result.ts';
import { Secret } from '../util/secret.ts';
import { personFolder } from './person-folder.ts';

const KEY = /^[0-9a-f]{64}$/;

const newKey = (): string => randomBytes(32).toString('hex');

/**
 * The person's key for fingerprints of secret values: without it, a fingerprint in a label says
 * nothing of the value, however few values there could be. Made at its first use.
 * @param write false for commands that change nothing: where there is none yet, nothing carries a
 *   fingerprint, and a key of the moment does.
 */
export function fingerprintKey(
  host: Pick<Host, 'home' | 'environment'>,
  files: Pick<Files, 'read' | 'makeDirectory' | 'writeAtomic'>,
  write: boolean,
): Result<Secret, Failure> {
  const folder = personFolder(host);
  const path = join(folder, 'fingerprint-key');
  const text = files.read(path);
  if (!text.ok) return text;
  const known = text.value?.trim() ?? '';
  if (KEY.test(known)) return ok(new Secret(known));
  const made = newKey();
  if (!write) return ok(new Secret(made));
  const folderMade = files.makeDirectory(folder, { mode: 0o700 });
  if (!folderMade.ok) return folderMade;
  const written = files.writeAtomic(path, `${made}\n`, { mode: 0o600 });
  return written.ok ? ok(new Secret(made)) : written;
}

/** Twelve hexadecimal digits that change with the value. */
export function keyedFingerprint(value: string, key: Secret): string {
  return createHmac('sha256', key.reveal()).update(value).digest('hex').slice(0, 12);
}
