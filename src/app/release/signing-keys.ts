import { join, relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import {
  hasPrivateKey,
  readSigner,
  readVerifier,
  type Signer,
  type Verifier,
} from '../../release/signing.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Where a private key comes from: never a command line, which everybody on the machine can read. */
const KEY = 'ONESTACK_SIGNING_KEY';
const KEY_FILE = 'ONESTACK_SIGNING_KEY_FILE';
const OTHERS = 0o077;
const MAKE_ONE =
  'openssl genpkey -algorithm ed25519 -out KEY; openssl pkey -in KEY -pubout -out PUBLIC';

interface Signed {
  /** Absolute folder that the paths are relative to. */
  readonly root: string;
  /** Paths of public keys, as `dev.yaml` has them. */
  readonly signedBy: readonly string[];
}

/** Who may sign: the public keys that the project names. */
export function readVerifiers(
  { root, signedBy }: Signed,
  { files }: Pick<World, 'files'>,
): Result<readonly Verifier[], Failure> {
  const verifiers: Verifier[] = [];
  for (const path of signedBy) {
    const text = files.read(join(root, path));
    if (!text.ok) return text;
    const pem = text.value ?? '';
    const verifier = readVerifier(pem);
    if (verifier !== undefined) {
      verifiers.push(verifier);
      continue;
    }
    if (hasPrivateKey(pem)) {
      const cure = 'Take it out, and make another one: who has the repository has it, too';
      return fail({ reason: 'usage', what: `${path} holds a private key`, why: NAMED, cure });
    }
    const what = text.value === undefined ? `${path} is not there` : `${path} holds no public key`;
    return fail({ reason: 'usage', what, why: NAMED, cure: MAKE_ONE });
  }
  return ok(verifiers);
}

const NAMED = 'store.signedBy of dev.yaml names it';

function keyText(
  root: string,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<string, Failure> {
  const { [KEY]: own, [KEY_FILE]: path } = host.environment;
  if (own !== undefined && own !== '') return ok(own);
  if (path === undefined || path === '') {
    return fail({
      reason: 'usage',
      what: 'there is no key to sign with',
      why: 'store.signedBy of dev.yaml: releases of this project are signed',
      cure: `Set ${KEY_FILE} to the path of the private key, or ${KEY} to the key itself (a CI service's secret)`,
    });
  }
  if (!relative(root, path).startsWith('..')) {
    const what = `${path} is in the project`;
    const why = 'a private key there is soon in a commit, or in an image';
    return fail({ reason: 'usage', what, why, cure: 'Move it to a folder of your own' });
  }
  const stat = files.stat(path);
  if (stat !== undefined && (stat.mode & OTHERS) !== 0) {
    const what = `others can read ${path}`;
    return fail({ reason: 'usage', what, why: 'it is a private key', cure: `chmod 600 ${path}` });
  }
  const text = files.read(path);
  if (!text.ok) return text;
  if (text.value !== undefined) return ok(text.value);
  return fail({ reason: 'usage', what: `${path} is not there`, why: `${KEY_FILE} names it` });
}

/** The key to sign with, which has to be one of those that the project names; undefined where it names none. */
export function readSigningKey(
  signed: Signed,
  /** The project's folder, where no private key may lie. */
  project: string,
  world: Pick<World, 'files' | 'host'>,
): Result<Signer | undefined, Failure> {
  if (signed.signedBy.length === 0) return ok(undefined);
  const verifiers = readVerifiers(signed, world);
  if (!verifiers.ok) return verifiers;
  const text = keyText(project, world);
  if (!text.ok) return text;
  const signer = readSigner(text.value);
  if (signer === undefined) {
    const why = 'what is there is no private key in PEM, or one that wants a password';
    return fail({
      reason: 'usage',
      what: 'the key to sign with cannot be used',
      why,
      cure: MAKE_ONE,
    });
  }
  if (verifiers.value.some(({ id }) => id === signer.id)) return ok(signer);
  return fail({
    reason: 'usage',
    what: `the key to sign with, ${signer.id}, is none of this project's`,
    why: `store.signedBy has ${verifiers.value.map(({ id }) => id).join(', ')}`,
    cure: 'Take the key that belongs to one of them, or add its public key there',
  });
}
