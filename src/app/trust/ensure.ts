import type { Reach } from '../../compose/check/reach.ts';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { projectReaches } from './reaches.ts';
import { approvalsOf, approve, isApproved, type Approval } from './store.ts';
import { compared, newPlace, reachLines } from './text.ts';

export interface TrustRequest {
  /** The session and dry runs ask nothing; only a person at a terminal is asked. */
  readonly mayAsk: boolean;
}

type TrustWorld = Pick<World, 'files' | 'host' | 'clock' | 'terminal'>;

const QUESTION = 'Do you trust this repository with that?';

function untrusted(
  reaches: readonly Reach[],
  approvals: readonly Approval[],
  why: string,
): Failure {
  const comparison = compared(reaches, approvals);
  const first = newPlace(comparison);
  return {
    reason: 'usage',
    what: comparison.changed
      ? 'this project now reaches more of this machine than you agreed to'
      : 'this project reaches beyond its containers, and you have not agreed to that yet',
    why,
    cure: 'dev trust',
    ...(first !== undefined && { at: first }),
    detail: reachLines(comparison),
  };
}

/**
 * Goes on only with what the person agreed to: nothing on the list, or a list that she said yes to
 * before, for this folder and exactly that content. Else she is asked, once; `--yes` is no answer.
 *
 * @returns a failure of reason `usage` (exit status 2) with the command to type where nobody can be
 *   asked, or the answer is no.
 */
export async function ensureTrusted(
  definition: Pick<Definition, 'opened' | 'environment'>,
  { mayAsk }: TrustRequest,
  world: TrustWorld,
): Promise<Result<void, Failure>> {
  const reaches = projectReaches(definition, world);
  if (reaches.length === 0) return ok(undefined);
  const { project, trial } = definition.opened;
  const root = trial?.trustedAs ?? project.root;
  const approvals = approvalsOf(root, world);
  if (!approvals.ok) return approvals;
  if (isApproved(reaches, approvals.value)) return ok(undefined);
  if (!mayAsk || !world.terminal.interactive) {
    const why = mayAsk
      ? 'nobody is there to ask, and --yes does not answer this question'
      : 'what runs is left as it is';
    return fail(untrusted(reaches, approvals.value, why));
  }
  const comparison = compared(reaches, approvals.value);
  const heading = comparison.changed
    ? 'Its list changed since you agreed. With a yes, this repository can:'
    : `The repository in ${root} can, with a yes of yours:`;
  const lines = [heading, ...reachLines(comparison).map((line) => `  ${line}`)];
  world.terminal.stderr.write(`\n${lines.join('\n')}\n\n`);
  const answer = await world.terminal.prompts.confirm(QUESTION, false);
  if (!answer.ok) return answer;
  if (!answer.value) {
    // The list stands right above.
    return fail({ ...untrusted(reaches, approvals.value, 'you said no'), detail: [] });
  }
  // What was shown is what was agreed to; the files may say something else by now.
  return approve(root, reaches, world);
}

/** What a dry run would be asked about: nothing, or why it would stop. */
export function wouldAsk(
  definition: Pick<Definition, 'opened' | 'environment'>,
  world: TrustWorld,
): Result<readonly string[], Failure> {
  const reaches = projectReaches(definition, world);
  const approvals = approvalsOf(definition.opened.project.root, world);
  if (!approvals.ok) return approvals;
  if (isApproved(reaches, approvals.value)) return ok([]);
  return ok(reachLines(compared(reaches, approvals.value)));
}
