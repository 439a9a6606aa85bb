import type { Failure } from '../../events/failure.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Context } from '../../model/project.ts';
import { choiceText } from '../../ports/engine-choice.ts';
import type { World } from '../../ports/world.ts';

/**
 * Why this engine cannot run the context; undefined where it can. Development mounts the clone, which
 * an engine on another machine does not have.
 */
export function refuseEngine(
  context: Context,
  { engineChoice }: Pick<World, 'engineChoice'>,
): Failure | undefined {
  const choice = engineChoice();
  if (!choice.ok) return choice.failure;
  if (choice.value.sharesFiles || policyOf(context).modules === 'baked') return undefined;
  const { chosenBy = '' } = choice.value;
  const leave = chosenBy.startsWith('DOCKER_') ? `unset ${chosenBy}` : 'docker context use default';
  return {
    reason: 'no-engine',
    what: `the engine is on another machine: ${choiceText(choice.value)}`,
    why: 'development mounts this folder into the containers, and that machine does not have it',
    cure: `Use this machine's own engine: ${leave}. With --context prod, which mounts nothing, it works`,
  };
}
