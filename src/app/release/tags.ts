import type { Failure } from '../../events/failure.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** What is to stand under a tag. */
export interface Tagged {
  readonly path: string;
  readonly manifest: RegistryManifest;
}

/** Tags that stand for something else already: nothing is written over. */
export async function refuseOthers(
  client: Registry,
  wanted: readonly Tagged[],
  tag: string,
  host: string,
): Promise<Result<void, Failure>> {
  for (const { path, manifest } of wanted) {
    const there = await client.manifest(path, tag);
    if (!there.ok) return there;
    if (there.value === undefined || there.value.digest === manifest.digest) continue;
    return fail({
      reason: 'files',
      what: `${host}/${path}:${tag} exists and is something else`,
      why: `${there.value.digest} is there, ${manifest.digest} is to be published`,
      cure: 'A version is never written over: release another commit, or remove the tag there',
    });
  }
  return ok(undefined);
}

/**
 * First the version everywhere, then `latest`: who follows that finds all of it.
 * @param isLatest false: that stays with a newer one.
 * @returns a word to the person where the registry does not let `latest` follow: the release is whole without.
 */
export async function setTags(
  client: Registry,
  wanted: readonly Tagged[],
  { tag, isLatest }: { readonly tag: string; readonly isLatest: boolean },
): Promise<Result<string | undefined, Failure>> {
  const set = async (name: string): Promise<Result<void, Failure>> => {
    for (const { path, manifest } of wanted) {
      const written = await client.put(path, name, manifest);
      if (!written.ok) return written;
    }
    return ok(undefined);
  };
  const named = await set(tag);
  if (!named.ok || !isLatest) return named.ok ? ok(undefined) : named;
  const followed = await set('latest');
  if (followed.ok) return ok(undefined);
  const { why = '' } = followed.failure;
  if (!IMMUTABLE.test(why)) return followed;
  return ok(`latest stays what it is: ${why}`);
}

/** What registries say that let no tag stand for something else: ECR, Harbor, Artifact Registry. */
const IMMUTABLE = /immutab|cannot be (?:overwritten|updated)/i;
