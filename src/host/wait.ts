import type { Failure } from '../events/failure.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { livingDaemon, type MachineFacts } from './facts.ts';
import { serverVersion } from '../ports/docker-command.ts';
import { SOCKET } from '../ports/engine-choice.ts';
import { readPidFiles } from './read-engines.ts';
import { ENGINE_LOG, stepArgv } from './steps.ts';

type WaitWorld = Pick<World, 'host' | 'files' | 'processes' | 'clock' | 'engine'>;

interface WaitOptions {
  readonly signal?: AbortSignal;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;
/** A daemon that has no living process by then has given up. */
const STILLBORN_MS = 5_000;
const LOG_LINES = 15;

/** Waits until the engine answers this account. Gives its version. */
export async function waitForEngine(
  world: WaitWorld,
  facts: MachineFacts,
  options: WaitOptions,
): Promise<Result<string, Failure>> {
  const engine = await world.engine();
  return poll(world, facts, options, async () => {
    const answer = await engine.version();
    return answer.ok ? answer.value.version : undefined;
  });
}

/** Waits until the engine answers root: this account may not be let in yet. Gives its version. */
export function waitForDaemon(
  world: WaitWorld,
  facts: MachineFacts,
  options: WaitOptions,
): Promise<Result<string, Failure>> {
  const step = {
    label: 'ask the engine',
    argv: serverVersion(SOCKET),
    asRoot: true,
  };
  return poll(world, facts, options, async () => {
    const { status, stdout } = await world.processes.run(stepArgv(step, facts.privilege));
    return status === 0 ? stdout.trim() : undefined;
  });
}

async function poll(
  world: WaitWorld,
  facts: MachineFacts,
  { signal }: WaitOptions,
  ask: () => Promise<string | undefined>,
): Promise<Result<string, Failure>> {
  const { clock } = world;
  const startedAt = clock.steady();
  while (signal?.aborted !== true) {
    const version = await ask();
    if (version !== undefined) return ok(version);
    const waitedMs = clock.steady() - startedAt;
    const isStillborn = !facts.systemd && waitedMs > STILLBORN_MS && !daemonLives(world);
    if (isStillborn || waitedMs > PATIENCE_MS) return fail(silent(world, facts, waitedMs));
    await clock.sleep(PAUSE_MS);
  }
  return fail({ reason: 'interrupted', what: 'interrupted while the engine started' });
}

function daemonLives(world: WaitWorld): boolean {
  return livingDaemon(readPidFiles(world)) !== undefined;
}

function silent({ files }: WaitWorld, facts: MachineFacts, waitedMs: number): Failure {
  const log = files.read(ENGINE_LOG);
  const lines = log.ok ? (log.value ?? '').trimEnd().split('\n').slice(-LOG_LINES) : [];
  return {
    reason: 'no-engine',
    what: `the engine was started and does not answer after ${Math.round(waitedMs / 1000)} s`,
    cure: facts.systemd ? 'journalctl -u docker' : `Look at its log: ${ENGINE_LOG}`,
    ...(!facts.systemd && lines.length > 0 && { detail: lines }),
  };
}
