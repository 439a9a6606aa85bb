import type { Reach } from '../../compose/check/reach.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { loadDefinition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';
import { ensureTrusted } from './ensure.ts';
import { programReach } from './program-reaches.ts';
import { isTrustedWith } from './store.ts';

interface AgreeRequest {
  /** Absolute. */
  readonly root: string;
  readonly context: Context;
}

/** Nothing of the repository runs on this machine before the person agreed to it. */
export function agreeToProgram(
  request: AgreeRequest & {
    /** Shell text that is to run on this machine. */
    readonly run: string;
  },
  world: World,
  report: Report,
): Promise<Result<void, readonly Failure[]>> {
  return agreeToReaches(
    { ...request, reaches: [programReach(request.run, undefined)] },
    world,
    report,
  );
}

/** Goes on only with what the person agreed to; else she is asked about all that the folder's definition reaches. */
export async function agreeToReaches(
  { root, context, reaches }: AgreeRequest & { readonly reaches: readonly Reach[] },
  world: World,
  report: Report,
): Promise<Result<void, readonly Failure[]>> {
  if (isTrustedWith(reaches, root, world)) return ok(undefined);
  const opening = await openProject({ project: root, context, write: false }, world, report);
  if (!opening.ok) return opening;
  const definition = loadDefinition(opening.value.opened, opening.value.hierarchy, world);
  if (!definition.ok) return definition;
  const agreed = await ensureTrusted(definition.value, { mayAsk: true }, world);
  if (!agreed.ok) return fail([agreed.failure]);
  if (isTrustedWith(reaches, root, world)) return ok(undefined);
  return fail([
    {
      reason: 'usage',
      what: 'what is to run reaches more than what you have agreed to',
      why: 'the files say something else than what is to run, which is the commit',
      cure: 'git commit, or git checkout; then dev trust',
      detail: reaches.map(({ where, what }) => `${where}: ${what}`),
    },
  ]);
}
