import { randomBytes } from 'node:crypto';
import type { Failure } from '../events/failure.ts';
import { secretPlace, type Places } from '../model/places.ts';
import type { Settings } from '../model/settings.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { Secret } from '../util/secret.ts';
import { ensureFile } from './ensure-file.ts';

/** 192 bits: 32 characters that no shell, URL or configuration file has to quote. */
const RANDOM_BYTES = 24;
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export interface CredentialsRequest {
  /** Names of the file secrets that the merged Compose document has. */
  readonly names: readonly string[];
  readonly places: Pick<Places, 'secrets'>;
  readonly settings: Pick<Settings, 'credentials'>;
  readonly files: Files;
  /** Mode of their files. */
  readonly mode: number;
  /** A new random value. */
  readonly random?: () => Secret;
}

/** Names only, never values. */
export interface Credentials {
  /** Random ones that are new. */
  readonly made: readonly string[];
  /** The person's own ones that are new or have changed. */
  readonly replaced: readonly string[];
}

/**
 * Makes sure that every secret has its file: the person's own value where the settings name one,
 * else a random one that stays as it is once made.
 */
export function ensureCredentials(
  request: CredentialsRequest,
): Result<Credentials, readonly Failure[]> {
  const made: string[] = [];
  const replaced: string[] = [];
  const failures: Failure[] = [];
  for (const name of request.names) {
    const outcome = ensureCredential(name, request);
    if (!outcome.ok) failures.push(outcome.failure);
    else if (outcome.value === 'made') made.push(name);
    else if (outcome.value === 'replaced') replaced.push(name);
  }
  return failures.length === 0 ? ok({ made, replaced }) : fail(failures);
}

function ensureCredential(
  name: string,
  { places, settings, files, mode, random = randomSecret }: CredentialsRequest,
): Result<'made' | 'replaced' | 'unchanged', Failure> {
  if (!SAFE_NAME.test(name)) {
    return fail({
      reason: 'definition',
      what: `"${name}" cannot be the name of a secret`,
      cure: 'Use letters, digits, - and _',
    });
  }
  const path = secretPlace(places, name);
  const own = settings.credentials.get(name);
  if (own !== undefined) {
    const value = ownValue(name, own, files);
    if (!value.ok) return value;
    const written = ensureFile(files, path, value.value.reveal(), mode);
    if (!written.ok) return written;
    return ok(written.value ? 'replaced' : 'unchanged');
  }
  const current = files.read(path);
  if (!current.ok) return current;
  const text = current.value ?? '';
  const value = text === '' ? random() : new Secret(text);
  const written = ensureFile(files, path, value.reveal(), mode);
  if (!written.ok) return written;
  return ok(text === '' ? 'made' : 'unchanged');
}

/** The person's own value without the line end that editors add. */
function ownValue(name: string, path: string, files: Files): Result<Secret, Failure> {
  const at = `credentials.${name} in dev.settings.yaml`;
  const text = files.read(path);
  if (!text.ok) return fail({ ...text.failure, why: `${at} names it: ${text.failure.why ?? ''}` });
  if (text.value === undefined) {
    return fail({
      reason: 'definition',
      what: `there is no file ${path}`,
      why: `${at} names it`,
      cure: 'Make it, or remove the line for a random value',
    });
  }
  const value = text.value.replace(/\r?\n$/, '');
  if (value !== '') return ok(new Secret(value));
  return fail({
    reason: 'definition',
    what: `${path} is empty`,
    why: `${at} names it`,
    cure: 'Put the value into it, or remove the line for a random value',
  });
}

function randomSecret(): Secret {
  // `-` and `_` could start a word or be taken for an option: letters stand for them.
  const text = randomBytes(RANDOM_BYTES).toString('base64url');
  return new Secret(text.replaceAll('-', 'x').replaceAll('_', 'y'));
}
