import { text } from 'node:stream/consumers';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ExecOptions } from '../../ports/engine-containers.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { pythonOf } from './command.ts';
import type { DebugTarget } from './target.ts';

interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Runs something in a container to its end. */
export async function runIn(
  engine: Pick<Engine, 'exec'>,
  containerId: string,
  options: ExecOptions,
): Promise<Result<Ran, Failure>> {
  const started = await engine.exec(containerId, options);
  if (!started.ok) return started;
  const { stdout, stderr, exited } = started.value;
  const said = await Promise.all([text(stdout), text(stderr)]);
  return ok({ status: await exited, output: said.join('') });
}

/**
 * Sees to it that the container has the debugger. Delve comes as Debian's package, into this container
 * alone: it goes with it, and no image has it.
 */
export async function ensureDebugger(
  { kind, module, run }: DebugTarget,
  containerId: string,
  engine: Pick<Engine, 'exec'>,
  { report }: Progress,
): Promise<Result<void, Failure>> {
  if (kind === 'node' || kind === 'java') return ok(undefined);
  const has =
    kind === 'python' ? [pythonOf(run), '-c', 'import debugpy'] : ['sh', '-c', 'command -v dlv'];
  const found = await runIn(engine, containerId, { argv: has });
  if (!found.ok) return found;
  if (found.value.status === 0) return ok(undefined);
  if (kind === 'python') return fail(withoutDebugpy(module.name));
  const step = { id: 'debugger', label: `install Delve in the container of ${module.name}` };
  report({ kind: 'step-started', ...step });
  const installed = await runIn(engine, containerId, {
    argv: ['apt-install', 'delve'],
    user: '0',
  });
  const isThere = installed.ok && installed.value.status === 0;
  report({ kind: 'step-finished', ...step, outcome: isThere ? 'done' : 'failed', durationMs: 0 });
  if (!installed.ok) return installed;
  return isThere ? ok(undefined) : fail(withoutDelve(module.name, installed.value.output));
}

function withoutDebugpy(module: string): Failure {
  return {
    reason: 'host',
    what: `${module} has no debugger: debugpy is not installed in it`,
    cure: 'Add debugpy to its requirements for development, then dev up',
  };
}

function withoutDelve(module: string, output: string): Failure {
  const said = output.trimEnd().split('\n').slice(-8);
  return {
    reason: 'host',
    what: `${module} has no debugger: Debian’s package delve could not be installed`,
    cure: 'Install dlv in the image that it is developed in, or mend what is said here',
    detail: said.map((line) => `  ${line}`),
  };
}
