import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { loadDefinition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';
import { ensureTrusted } from './ensure.ts';
import { programReach } from './reaches.ts';
import { isTrustedWith } from './store.ts';

interface AgreeRequest {
  /** Absolute. */
  readonly root: string;
  readonly context: Context;
  /** Shell text that is to run on this machine. */
  readonly run: string;
}

/** Nothing of the repository runs on this machine before the person agreed to it. */
export async function agreeToProgram(
  { root, context, run }: AgreeRequest,
  world: World,
  report: Report,
): Promise<Result<void, readonly Failure[]>> {
  if (isTrustedWith([programReach(run, undefined)], root, world)) return ok(undefined);
  const opening = await openProject({ project: root, context, write: false }, world, report);
  if (!opening.ok) return opening;
  const definition = loadDefinition(opening.value.opened, opening.value.hierarchy, world);
  if (!definition.ok) return definition;
  const agreed = await ensureTrusted(definition.value, { mayAsk: true }, world);
  return agreed.ok ? agreed : fail([agreed.failure]);
}
