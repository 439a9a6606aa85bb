import type { Failure, FailureReason } from '../../events/failure.ts';
import type { Privilege } from '../../host/facts.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';

export interface AgreeRequest {
  /** What is wrong: one line. */
  readonly what: string;
  /** `To mend that`, `To make it from Debian's packages`. */
  readonly purpose: string;
  /** What would be run, as a person would type it. */
  readonly commands: readonly string[];
  readonly privilege: Privilege;
  readonly yes: boolean;
  readonly reason: FailureReason;
}

/**
 * Gets the person's yes to commands that change the machine: it was given before (`--yes`), or it is
 * asked for on the terminal. Without either it fails, and tells the commands. Where sudo wants a
 * password it is asked for here, once; the commands then run without a question.
 */
export async function agreeToSteps(
  { terminal, processes }: Pick<World, 'terminal' | 'processes'>,
  { what, purpose, commands, privilege, yes, reason }: AgreeRequest,
): Promise<Result<void, Failure>> {
  if (commands.length === 0) return ok(undefined);
  if (!yes) {
    const refused = {
      reason,
      what,
      cure: 'Say yes beforehand with --yes, or run these commands yourself:',
      detail: commands,
    };
    if (!terminal.interactive) {
      return fail({ ...refused, why: 'nothing is installed or started without a yes' });
    }
    const list = commands.map((line) => `  ${line}\n`).join('');
    terminal.stderr.write(`${what}.\n\n${purpose}, dev would run:\n\n${list}\n`);
    const answer = await terminal.prompts.confirm('Run these commands now?', true);
    if (!answer.ok) return answer;
    if (!answer.value) {
      return fail({ ...refused, why: 'you said no' });
    }
  }
  if (privilege !== 'sudo-password') return ok(undefined);
  if (terminal.interactive && (await processes.interactive(['sudo', '-v'])) === 0) {
    return ok(undefined);
  }
  return fail({
    reason,
    what,
    why: 'sudo wants a password, and got none',
    cure: 'Run these commands yourself:',
    detail: commands,
  });
}
