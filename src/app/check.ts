import { join } from 'node:path';
import { createAnyRunner } from '../checks/any-runner.ts';
import { createShellPool } from '../checks/shell-pool.ts';
import type { Failure } from '../events/failure.ts';
import type { SessionEvent } from '../events/session-event.ts';
import type { CheckResult } from '../model/check-result.ts';
import { policyOf } from '../model/context-policy.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import type { Intent, IntentAnswer } from '../session/protocol.ts';
import { createSession } from '../session/session.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { checkWays } from './build/check-ways.ts';
import { createCheckCollector } from './check/collector.ts';
import type { CheckCollector, Unfinished } from './check/collector.ts';
import type { Located } from './project/locate.ts';
import { startNeeded } from './start-needed.ts';
import { connectSession } from './session/client.ts';
import { nothingToWatch } from './session/ensure-session.ts';
import { sessionEnvironment } from './session/environment.ts';

export interface CheckRequest extends Located {
  readonly context: Context;
  /** Empty: all. */
  readonly modules: readonly string[];
  /** Empty: all that the settings want. */
  readonly only: readonly CheckKind[];
}

export interface CheckReport {
  /** Every check that was asked for ran, and passed. */
  readonly passed: boolean;
  readonly results: readonly CheckResult[];
  /** Checks without a result, and why: a compile before them failed, for instance. */
  readonly unfinished: readonly Unfinished[];
}

export interface CheckSink {
  readonly onEvent: (event: SessionEvent) => void;
  /** Told what is done beforehand, a line. */
  readonly onNote: (text: string) => void;
}

/** Someone who runs checks: the session, or this very process in its place. */
interface CheckRunnerHandle {
  intend(intent: Intent): Promise<Result<IntentAnswer, Failure>>;
  readonly gone: Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Runs checks once, as the watcher would: same commands, same containers, same order. Through the
 * session where one runs, so that two runs of a check never meet in a container.
 */
export async function check(
  request: CheckRequest,
  world: World,
  { onEvent, onNote }: CheckSink,
  signal: AbortSignal,
): Promise<Result<CheckReport, readonly Failure[]>> {
  if (!policyOf(request.context).watches) return fail([nothingToWatch(request.context)]);
  const started = await startNeeded(request, world, { note: onNote, signal });
  if (!started.ok) return started;
  const early: SessionEvent[] = [];
  const holder: { collector?: CheckCollector } = {};
  let onDone: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    onDone = resolve;
  });
  const take = (event: SessionEvent): void => {
    const { collector } = holder;
    if (collector === undefined) {
      early.push(event);
      return;
    }
    onEvent(event);
    collector.take(event);
    if (collector.done) onDone();
  };

  const runner =
    (await runnerOfSession(request, world, take)) ?? (await runnerOfOwn(request, world, take));
  if (!runner.ok) return runner;
  const { modules, only } = request;
  const asked = await runner.value.intend({
    kind: 'run-check',
    ...(modules.length > 0 && { modules: [...modules] }),
    ...(only.length > 0 && { only: [...only] }),
  });
  if (!asked.ok) {
    await runner.value.close();
    return fail([asked.failure]);
  }
  const { save } = asked.value;
  if (save === undefined) {
    await runner.value.close();
    return ok({ passed: true, results: [], unfinished: [] });
  }
  const collector = createCheckCollector(save);
  holder.collector = collector;
  for (const event of early.splice(0)) if (event.save >= save) take(event);
  const interrupted = new Promise<'interrupted'>((resolve) => {
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
  const how = await Promise.race([
    done,
    interrupted,
    runner.value.gone.then(() => 'gone' as const),
  ]);
  if (how === 'interrupted') {
    await runner.value.intend({
      kind: 'cancel-checks',
      ...(modules.length > 0 && { modules: [...modules] }),
    });
  }
  await runner.value.close();
  if (how === 'interrupted') return fail([{ reason: 'interrupted', what: 'interrupted' }]);
  if (how === 'gone')
    return fail([{ reason: 'service', what: 'the session ended while checks ran' }]);
  const { results, unfinished } = collector;
  const passed = unfinished.length === 0 && results.every(({ outcome }) => outcome === 'passed');
  return ok({ passed, results, unfinished });
}

async function runnerOfSession(
  request: CheckRequest,
  world: World,
  onEvent: (event: SessionEvent) => void,
): Promise<Result<CheckRunnerHandle, readonly Failure[]> | undefined> {
  const client = await connectSession(request.places, world);
  // One of another version is left alone; its messages could mean something else.
  if (client?.version !== world.host.toolVersion) return undefined;
  await client.subscribe({ output: true, onEvent });
  return ok({
    intend: (intent) => client.intend(intent),
    gone: client.closed,
    close: () => {
      client.close();
      return Promise.resolve();
    },
  });
}

/** A session without watch, socket or log, for one run of checks. */
async function runnerOfOwn(
  request: CheckRequest,
  world: World,
  onEvent: (event: SessionEvent) => void,
): Promise<Result<CheckRunnerHandle, readonly Failure[]>> {
  const { clock, files } = world;
  const [live, engine] = await Promise.all([world.live(), world.engine()]);
  const environment = sessionEnvironment(
    request.root,
    request.places,
    request.context,
    world,
    () => undefined,
  );
  const loaded = await environment.load();
  if (!loaded.ok) return loaded;
  const reachable = await engine.version();
  if (!reachable.ok) return fail([reachable.failure]);
  const pool = createShellPool(engine, clock);
  const session = createSession({
    engine,
    clock,
    pool,
    runner: createAnyRunner({
      pool,
      clock,
      logs: live.checkLogs(request.places.checkLogs, () => undefined),
      exists: (path) => files.exists(join(request.root, path)),
      way: checkWays(request.root, world),
    }),
    environment,
    identity: {
      ...request,
      pid: world.host.pid,
      project: request.instance,
      version: world.host.toolVersion,
    },
    onEvent,
    onTurn: () => undefined,
    modifiedMs: (path) => files.modifiedMs(join(request.root, path)),
    onDefined: () => undefined,
    onStop: () => undefined,
    // A check is not an edit: nothing restarts because it passed.
    restarts: false,
  });
  await session.start();
  return ok({
    intend: (intent) => session.intend(intent),
    gone: new Promise(() => undefined),
    close: () => session.stop('the checks are done'),
  });
}
