import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { pushImage as pushCommand } from '../../ports/docker-command.ts';
import type { World } from '../../ports/world.ts';
import { registryHost, repositoryPath, type ReleasedImage } from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { configOf } from './manifests.ts';

type PushWorld = Pick<World, 'engine' | 'processes' | 'registry' | 'host'>;

function refused(what: string, said: string, host: string): Failure {
  const why = said.trim().split('\n').at(-1) ?? '';
  const cure = /unauthorized|no basic auth|denied|401|403/.test(why)
    ? `docker login ${host}`
    : /no space|507/.test(why)
      ? 'Make room in the registry, and try again: what is there stays'
      : 'Look at the registry, and try again: what is there stays';
  return { reason: 'host', what, why, cure };
}

/**
 * Puts an image into the registry under the key of its inputs, and makes sure that it is the one that was tried.
 * @returns the digest of its manifest.
 */
export async function publishImage(
  { name, image, registry }: { name: string; image: ReleasedImage; registry: string },
  world: PushWorld,
  { signal }: Progress,
): Promise<Result<string, Failure>> {
  const host = registryHost(registry);
  const path = repositoryPath(registry, 'integration', name);
  const key = image.key.slice(0, 12);
  const client = await world.registry(host);
  const there = await client.manifest(path, key);
  if (!there.ok) return there;
  if (there.value !== undefined && configOf(there.value) === image.id)
    return ok(there.value.digest);
  // The engine would try for a minute, and not say what a registry's trouble is.
  const takes = await client.takes(path);
  if (!takes.ok) return takes;
  const target = `${host}/${path}:${key}`;
  const engine = await world.engine();
  const tagged = await engine.tagImage(image.id, target);
  if (!tagged.ok) return tagged;
  const { environment: env } = world.host;
  const pushed = await world.processes.run(pushCommand(target), { env, signal });
  await engine.removeImage(target);
  if (signal.aborted)
    return fail({ reason: 'interrupted', what: `the push of ${name} was interrupted` });
  if (pushed.status !== 0) {
    const still = await client.takes(path);
    return still.ok ? fail(refused(`${target} could not be pushed`, pushed.stderr, host)) : still;
  }
  const now = await client.manifest(path, key);
  if (!now.ok) return now;
  if (now.value !== undefined && configOf(now.value) === image.id) return ok(now.value.digest);
  const why = 'what the registry has under it is not the image that was tried';
  return fail({ reason: 'files', what: `${target} is another image`, why });
}
