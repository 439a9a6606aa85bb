import type { Failure } from '../events/failure.ts';
import type { Engine } from '../ports/engine.ts';
import { ok, type Result } from '../util/result.ts';

/**
 * Starts what Compose has made anew though nobody asked for it, and left so: what somebody depends on has
 * another mark than this Compose would write. It was updated since, say; to the plan it is the same.
 * @param replaced names of the containers that took the place of others.
 * @param asked services that were to be made: they are started when it is their turn.
 * @returns the services that were started.
 */
export async function giveBack(
  project: string,
  {
    replaced,
    asked,
  }: { readonly replaced: ReadonlySet<string>; readonly asked: readonly string[] },
  engine: Pick<Engine, 'containers' | 'startContainer'>,
): Promise<Result<readonly string[], Failure>> {
  // As a rule it was no more than what was asked for.
  if (replaced.size <= asked.length) return ok([]);
  const listed = await engine.containers(project);
  if (!listed.ok) return listed;
  const started = new Set<string>();
  for (const { id, name, service, state } of listed.value) {
    if (!replaced.has(name) || asked.includes(service) || state !== 'created') continue;
    const start = await engine.startContainer(id);
    if (!start.ok) return start;
    started.add(service);
  }
  return ok([...started]);
}
