import { randomBytes } from 'node:crypto';
import { execCompose, type IDockerComposeResult } from 'docker-compose';
import type { Failure } from '../events/failure.ts';
import { STEP_LABEL, type ComposeCli, type ComposeTarget } from '../ports/compose-cli.ts';
import { composeOn, composeVersion } from '../ports/docker-command.ts';
import type { Engine } from '../ports/engine.ts';
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
    await execCompose(request.command, operands(request.services ?? []), {
      env: environmentOf(target),
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

/** This process's own variables, and those of the project's files. */
function environmentOf({ environment }: ComposeTarget): NodeJS.ProcessEnv {
  return { ...process.env, ...environment };
}

/** A service may be called as an option is (`--push`): it is none. */
function operands(words: readonly string[]): string[] {
  return words.length === 0 ? [] : ['--', ...words];
}

/** Whatever is called `docker` may answer nothing to everything, and end well. */
async function isCompose(target: ComposeTarget): Promise<boolean> {
  const { stdout } = await hostProcesses.run(composeVersion(), { env: environmentOf(target) });
  return /\d\.\d/.test(stdout);
}

/** Options of `docker compose up` that are always the same. */
const UP_FLAGS = ['--no-build', '--pull=never', '--quiet-pull'];

/** Not by the package: Compose has to end when we are told to, lest it goes on behind our back. */
async function up(
  target: ComposeTarget,
  flags: readonly string[],
  services: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void, Failure>> {
  const finished = await hostProcesses.run(
    [...composeOn(target, 'plain'), 'up', ...flags, ...UP_FLAGS, ...operands(services)],
    { env: environmentOf(target), ...(signal && { signal }) },
  );
  const { status, stderr, stdout } = finished;
  // Whatever it printed while it ended.
  if (status !== 0 && signal?.aborted === true) {
    return fail({ reason: 'interrupted', what: 'interrupted' });
  }
  // Compose names each container that it looks at.
  if (`${stderr}${stdout}`.trim() === '' && !(await isCompose(target))) {
    return fail(failureOf('up', new Error('what is called docker says nothing')));
  }
  if (status === 0) return ok(undefined);
  if (stderr.startsWith('spawn docker ')) return fail(failureOf('up', new Error(stderr.trim())));
  return fail(composeFailure('up', status, stderr));
}

/**
 * Compose's own exit statuses are 1 and 125–127 with a sentence of its own; the command's are
 * passed on. Only a Compose that cannot be started at all is a failure here.
 */
async function runOneOff(
  engine: Pick<Engine, 'removeContainer'>,
  target: ComposeTarget,
  service: string,
  argv: readonly string[],
  { signal, onLine }: Parameters<ComposeCli['run']>[3],
): Promise<Result<number, Failure>> {
  const name = `${target.project}-${service}-run-${randomBytes(6).toString('hex')}`;
  const flags = ['--rm', '--no-deps', '--no-TTY', '--quiet-pull', '--name', name];
  const labels = ['--label', `${STEP_LABEL}=true`];
  const finished = await hostProcesses.run(
    [...composeOn(target, 'quiet'), 'run', ...flags, ...labels, ...operands([service, ...argv])],
    { env: environmentOf(target), ...(signal && { signal }), ...(onLine && { onLine }) },
  );
  // Compose, told to end, ends at once, and its container only some seconds later, if at all.
  if (signal?.aborted === true) await engine.removeContainer(name);
  // 127 is the command's as well: a program that the container lacks.
  return finished.status === 127 && finished.stderr.startsWith('spawn docker ')
    ? fail(failureOf('run', new Error(finished.stderr.trim())))
    : ok(finished.status);
}

/** Compose by its command line: through the `docker-compose` package, but for what may have to be ended. */
export const composeCli = (engine: Pick<Engine, 'removeContainer'>): ComposeCli => ({
  create: (target, { services, forceRecreate, signal }) =>
    up(target, ['--no-start', ...(forceRecreate ? ['--force-recreate'] : [])], services, signal),
  start: (target, services, { signal }) =>
    up(target, ['--detach', '--no-deps', '--no-recreate'], services, signal),
  run: (...request) => runOneOff(engine, ...request),
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
});
