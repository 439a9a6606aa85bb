import { execCompose, type IDockerComposeResult } from 'docker-compose';
import type { Failure } from '../events/failure.ts';
import type { ComposeCli, ComposeTarget } from '../ports/compose-cli.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { composeFailure } from './compose-failure.ts';
import { hostProcesses } from './processes.ts';

interface Call {
  readonly command: string;
  readonly flags: readonly string[];
  readonly services?: readonly string[];
  readonly onLine?: ((line: string) => void) | undefined;
}

function isComposeResult(error: unknown): error is IDockerComposeResult {
  return typeof error === 'object' && error !== null && 'exitCode' in error && 'err' in error;
}

function failureOf(command: string, error: unknown): Failure {
  if (isComposeResult(error)) return composeFailure(command, error.exitCode ?? -1, error.err);
  return {
    reason: 'no-engine',
    what: 'Docker Compose cannot be run',
    why: error instanceof Error ? error.message : String(error),
    cure: 'dev doctor --fix',
  };
}

async function compose(target: ComposeTarget, request: Call): Promise<Result<void, Failure>> {
  let rest = '';
  try {
    await execCompose(request.command, [...(request.services ?? [])], {
      config: target.file,
      composeOptions: [
        ['--project-name', target.project],
        ['--progress', 'plain'],
      ],
      commandOptions: [...request.flags],
      callback: (chunk) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) request.onLine?.(line);
      },
    });
    return ok(undefined);
  } catch (error) {
    return fail(failureOf(request.command, error));
  }
}

/**
 * Compose's own exit statuses are 1 and 125–127 with a sentence of its own; the command's are
 * passed on. Only a Compose that cannot be started at all is a failure here.
 */
async function runOneOff(
  target: ComposeTarget,
  service: string,
  argv: readonly string[],
  { signal, onLine }: Parameters<ComposeCli['run']>[3],
): Promise<Result<number, Failure>> {
  const flags = ['--rm', '--no-deps', '--no-TTY', '--quiet-pull'];
  const finished = await hostProcesses.run(
    ['docker', 'compose', '--project-name', target.project, '--file', target.file]
      .concat(['--progress', 'quiet', 'run', ...flags, service])
      .concat(argv),
    { ...(signal && { signal }), ...(onLine && { onLine }) },
  );
  // 127 is the command's as well: a program that the container lacks.
  return finished.status === 127 && finished.stderr.startsWith('spawn docker ')
    ? fail(failureOf('run', new Error(finished.stderr.trim())))
    : ok(finished.status);
}

/** Compose by its command line, through the `docker-compose` package. */
export const hostCompose: ComposeCli = {
  up: (target, { services, forceRecreate, onLine }) =>
    compose(target, {
      command: 'up',
      flags: [
        '--detach',
        '--no-build',
        '--pull=never',
        '--quiet-pull',
        ...(forceRecreate ? ['--force-recreate'] : []),
      ],
      services,
      onLine,
    }),
  run: runOneOff,
  stop: (target, services) => compose(target, { command: 'stop', flags: [], services }),
  remove: (target, services) =>
    compose(target, { command: 'rm', flags: ['--stop', '--force'], services }),
  down: (target, { volumes, onLine }) =>
    compose(target, {
      command: 'down',
      flags: ['--remove-orphans', ...(volumes ? ['--volumes'] : [])],
      onLine,
    }),
  version: async () => {
    try {
      const result = await execCompose('version', ['--short']);
      return ok(result.out.trim().replace(/^v/, ''));
    } catch (error) {
      return fail(failureOf('version', error));
    }
  },
};
