import { join } from 'node:path';
import { runCaptured } from '../../engine/run-captured.ts';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { hookText, type HookDefinition } from '../../model/hook.ts';
import type { World } from '../../ports/world.ts';
import { PLACES } from '../../tools/places.ts';
import { formatDuration } from '../../util/duration.ts';
import { failingFast } from '../../util/failing-fast.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Located } from '../project/locate.ts';
import { shellContainer } from '../shell/target.ts';
import { ensureToolsContainer } from '../tools/container.ts';
import { openTools } from '../tools/open.ts';

export interface HookPlace {
  readonly located: Located;
  /** Modules that run as no service. */
  readonly libraries: readonly string[];
  readonly yes: boolean;
}

/** Lines of its output that a failure shows; all of it is in its log. */
const SHOWN_LINES = 20;
const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };

/**
 * Runs a hook where dev.yaml says, keeps what it printed, and tells a failure with the end of that.
 * What runs on this machine must have been agreed to before.
 */
export async function performHook(
  hook: HookDefinition,
  place: HookPlace,
  world: World,
  { report, signal }: Progress,
): Promise<Result<void, Failure>> {
  const { event, number } = hook;
  const step = { id: `hook:${event}:${String(number)}`, label: hookText(hook) };
  const startedAtMs = world.clock.steady();
  report({ kind: 'step-started', ...step });
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    if (line.trim() !== '') report({ kind: 'step-progress', id: step.id, detail: line });
  };
  const over = new AbortController();
  const timeout = world.clock
    .sleep(hook.timeoutMs, over.signal)
    .then(() => over.abort('timeout'))
    .catch(() => undefined);
  const stop = AbortSignal.any([signal, over.signal]);
  const ran = await runHook(hook, place, world, { report, signal: stop, onLine });
  const tooLong = over.signal.aborted;
  over.abort();
  await timeout;
  const outcome = ran.ok && ran.value === 0 ? 'done' : 'failed';
  const durationMs = world.clock.steady() - startedAtMs;
  report({ kind: 'step-finished', ...step, outcome, durationMs });
  if (signal.aborted) return fail(INTERRUPTED);
  const log = join(place.located.places.logs, 'hooks', `${event}-${String(number)}.log`);
  world.files.makeDirectory(join(place.located.places.logs, 'hooks'), { mode: 0o700 });
  const kept = world.files.writeAtomic(log, lines.map((line) => `${line}\n`).join(''), {
    mode: 0o600,
  });
  if (!ran.ok) return fail({ ...ran.failure, what: `${hookText(hook)}: ${ran.failure.what}` });
  if (ran.value === 0) return ok(undefined);
  const shown = lines.slice(-SHOWN_LINES);
  return fail({
    reason: 'service',
    what: `${hookText(hook)} failed`,
    why: tooLong
      ? `it did not end within ${formatDuration(hook.timeoutMs)}`
      : `exit status ${String(ran.value)}`,
    cure: 'mend it, then: dev up',
    detail: [
      ...(shown.length < lines.length && kept.ok ? [`… (from the start: ${log})`] : []),
      ...shown,
    ],
  });
}

interface Running {
  readonly report: Progress['report'];
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Its exit status; undefined when it was ended. */
async function runHook(
  hook: HookDefinition,
  place: HookPlace,
  world: World,
  { report, signal, onLine }: Running,
): Promise<Result<number | undefined, Failure>> {
  const environment = Object.fromEntries(hook.environment);
  const argv = ['sh', '-c', failingFast(hook.run)];
  if (hook.in === 'host') {
    const env = { ...world.host.environment, ...environment };
    const cwd = place.located.root;
    const { status } = await world.processes.run(argv, { cwd, env, signal, onLine });
    return ok(signal.aborted ? undefined : status);
  }
  const container = await containerOf(hook, place, world, { report, signal });
  if (!container.ok) return container;
  const folder = hook.in === 'tools' ? { workingDirectory: PLACES.workspace } : {};
  const run = { containerId: container.value, argv, environment, signal, onLine, ...folder };
  return runCaptured(run, await world.engine());
}

/** The id of the container that a hook runs in. */
async function containerOf(
  { in: where }: HookDefinition,
  { located, libraries, yes }: HookPlace,
  world: World,
  progress: Progress,
): Promise<Result<string, Failure>> {
  if (where === 'tools') {
    const tools = await ensureToolsContainer(openTools(located, world, { ...progress, yes }));
    return tools.ok ? ok(tools.value.id) : tools;
  }
  const listed = await (await world.engine()).containers(located.instance);
  if (!listed.ok) return listed;
  const container = shellContainer(where, listed.value, libraries);
  return container.ok ? ok(container.value.id) : container;
}
