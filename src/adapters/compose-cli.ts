import { randomBytes } from 'node:crypto';
import { execCompose, type IDockerComposeResult } from 'docker-compose';
import type { Failure } from '../events/failure.ts';
import { STEP_LABEL, type ComposeCli, type ComposeTarget } from '../ports/compose-cli.ts';
import { composeOn, composeVersion } from '../ports/docker-command.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { THAW } from './engine/failure.ts';
import { composeFailure } from './compose-failure.ts';
import { hostProcesses } from './processes.ts';
import {
  PATIENCE,
  patienceToEnd,
  type ComposePatience,
  type EndingEngine,
} from './compose-patience.ts';
import { watchQuiet, type Hang, type Patience } from './quiet-watch.ts';

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

/** This process's own variables, and those of the project's files. */
function environmentOf({ environment }: ComposeTarget): NodeJS.ProcessEnv {
  return { ...process.env, ...environment };
}

/** A service may be called as an option is (`--push`): it is none. */
function operands(words: readonly string[]): string[] {
  return words.length === 0 ? [] : ['--', ...words];
}

/** How long Compose may take to end when it is told to, before it is killed. */
const END_MS = 5_000;

/** Whatever is called `docker` may answer nothing to everything, and end well; or never end. */
async function isCompose(target: ComposeTarget, { answerMs }: Patience): Promise<boolean> {
  const { stdout } = await hostProcesses.run(composeVersion(), {
    env: environmentOf(target),
    signal: AbortSignal.timeout(answerMs),
    endMs: 0,
  });
  return /\d\.\d/.test(stdout);
}

/** What Compose says of a container that is made, and in all its networks. */
const CREATED = /^\s*Container (\S+)\s+Created\s*$/;
const REPLACED = /^\s*Container (\S+)\s+Recreated\s*$/;

/** Options of `docker compose up` that are always the same. */
const UP_FLAGS = ['--no-build', '--pull=never', '--quiet-pull'];

interface Call {
  readonly command: 'up' | 'stop' | 'rm' | 'down';
  readonly args: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Not by the package: Compose has to end when we are told to, lest it goes on behind our back. */
async function compose(
  target: ComposeTarget,
  { command, args, signal, onLine }: Call,
  patience: Patience,
): Promise<Result<void, Failure>> {
  let hung: Hang | undefined;
  const over = new AbortController();
  const answers = (): Promise<boolean> => isCompose(target, patience);
  const watch = watchQuiet(patience, answers, (hang) => {
    hung = hang;
    over.abort();
  });
  const argv = [...composeOn(target, 'plain'), command, ...args];
  const { status, stderr, stdout } = await hostProcesses.run(argv, {
    env: environmentOf(target),
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    endMs: END_MS,
    onLine: (line) => {
      watch.heard();
      onLine?.(line);
    },
  });
  watch.end();
  // Whatever it printed while it ended.
  if (status !== 0 && signal?.aborted === true) {
    return fail({ reason: 'interrupted', what: 'interrupted' });
  }
  if (hung !== undefined) return fail(hungFailure(command, hung));
  if (status !== 0 && /^spawn \S*docker\S* /.test(stderr)) {
    return fail(failureOf(command, new Error(stderr.trim())));
  }
  // Compose names each container that it looks at.
  const isMute = `${stderr}${stdout}`.trim() === '';
  if (isMute && command === 'up' && !(await isCompose(target, patience))) {
    return fail(failureOf(command, new Error('what is called docker says nothing')));
  }
  return status === 0 ? ok(undefined) : fail(composeFailure(command, status, stderr));
}

function hungFailure(command: Call['command'], { why, isWell }: Hang): Failure {
  return {
    reason: 'no-engine',
    what: `docker compose ${command} hangs, and was ended`,
    why,
    // One that answers waits for the engine, which does not end something.
    cure:
      command !== 'up' && isWell
        ? THAW
        : 'docker compose version   has to answer at once; see what `docker` is: command -v docker',
  };
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
  if (signal?.aborted === true) await engine.removeContainer(name, 'removed');
  // 127 is the command's as well: a program that the container lacks.
  return finished.status === 127 && finished.stderr.startsWith('spawn docker ')
    ? fail(failureOf('run', new Error(finished.stderr.trim())))
    : ok(finished.status);
}

/** Compose by its command line. */
export function composeCli(
  engine: EndingEngine & Pick<Engine, 'removeContainer'>,
  patience: ComposePatience = PATIENCE,
): ComposeCli {
  const call = (target: ComposeTarget, request: Call): Promise<Result<void, Failure>> =>
    compose(target, request, patience);
  const ending = async (target: ComposeTarget, request: Call): Promise<Result<void, Failure>> =>
    compose(target, request, await patienceToEnd(target.project, engine, patience));
  return {
    create: (target, { services, signal, onCreated, onReplaced, ...options }) => {
      const flags = [
        '--no-start',
        ...(options.forceRecreate ? ['--force-recreate'] : []),
        ...(options.renewUnnamedVolumes === true ? ['--renew-anon-volumes'] : []),
      ];
      const args = [...flags, ...UP_FLAGS, ...operands(services)];
      const onLine = (line: string): void => {
        const container = CREATED.exec(line)?.[1];
        if (container !== undefined) onCreated?.(container);
        const replaced = REPLACED.exec(line)?.[1];
        if (replaced !== undefined) onReplaced?.(replaced);
      };
      return call(target, { command: 'up', args, signal, onLine });
    },
    start: (target, services, { signal }) => {
      const flags = ['--detach', '--no-deps', '--no-recreate', ...UP_FLAGS];
      return call(target, { command: 'up', args: [...flags, ...operands(services)], signal });
    },
    run: (...request) => runOneOff(engine, ...request),
    stop: (target, services) => ending(target, { command: 'stop', args: operands(services) }),
    remove: (target, services) =>
      ending(target, {
        command: 'rm',
        args: ['--stop', '--force', '--volumes', ...operands(services)],
      }),
    down: (target, { volumes, onLine }) => {
      const args = ['--remove-orphans', ...(volumes ? ['--volumes'] : [])];
      return ending(target, { command: 'down', args, onLine });
    },
    version: async () => {
      try {
        const result = await execCompose('version', ['--short']);
        return ok(result.out.trim().replace(/^v/, ''));
      } catch (error) {
        return fail(failureOf('version', error));
      }
    },
  };
}
