import type { EngineEvent } from '../ports/engine.ts';
import type { AwaitedService, Task } from '../ports/orchestrator.ts';
import { ENDLESS_RESTARTS, isYoung } from './standing.ts';

type Phase = 'waiting' | 'starting' | 'probing' | 'ready' | 'failed';

/** How far one container has come on its way to healthy. */
interface ContainerProgress {
  readonly phase: Phase;
  /** What failed: `exited with 1`, `unhealthy`, `started 4 times`. */
  readonly problem?: string;
  readonly starts: number;
  /** They were guessed by a look: the event of the last of them may be still to come. */
  readonly isGuess?: boolean;
  /** How often it was seen to run since it started last. */
  readonly looks?: number;
}

const REMOVED = 'its container was removed';

/** How far one service has come: as far as the one of its containers that is furthest behind. */
export interface ServiceProgress {
  readonly service: string;
  readonly phase: Phase;
  readonly problem?: string;
  /** The container that has failed, or is furthest behind; undefined while there is none such. */
  readonly containerId: string | undefined;
  /** Its containers that count, by id: not those that are being replaced. */
  readonly containers: ReadonlyMap<string, ContainerProgress>;
}

/** A container that starts again and again will not become ready; this many starts tell. */
const TOO_MANY_STARTS = 4;

/**
 * A container that its restart policy brings back, and that nobody asks how it is, runs when it was
 * seen to do so this many times: one that ends again and again runs, too, whenever it was just started.
 */
const STEADY_LOOKS = 4;
/** The same for one that nothing brings back: its process may still end as soon as it was started. */
const STARTED_LOOKS = 1;

/** How often the engine is asked how things are: events can be missed, and tell no steadiness. */
export const LOOK_MS = 400;
/** One that is started again has to live for so much longer than it did the last time. */
const OUTLIVED_MS = 1_000;

/** So many times a container may be seen unhealthy that was so before: its next probe may be better. */
const UNHEALTHY_LOOKS = 25;

/** Where a service stands by what the engine lists of it. */
export function progressOf(service: AwaitedService, containers: readonly Task[]): ServiceProgress {
  return progressWith(
    service,
    new Map(containers.map((container) => [container.id, standing(service, container)])),
  );
}

/**
 * The engine was asked once more: its containers count as they are listed, whatever events came of
 * them. Those that have no events yet, and are not among those that were there before, are left out
 * until the work has ended: they may be about to be replaced.
 * @param look `isOver`: the work has ended, and what was made and never started will not start any
 *   more. `counts`: it comes some time after the one before, and tells of steadiness.
 */
export function looked(
  service: AwaitedService,
  progress: ServiceProgress,
  listed: readonly Task[],
  { isOver, counts }: { readonly isOver: boolean; readonly counts: boolean },
): ServiceProgress {
  const containers = new Map(progress.containers);
  const ids = new Set(listed.map(({ id }) => id));
  for (const [id, one] of progress.containers) {
    const isOngoing = one.phase !== 'ready' && one.phase !== 'failed';
    if (!isOver || !isOngoing || ids.has(id)) continue;
    containers.set(id, { ...one, phase: 'failed', problem: REMOVED });
  }
  for (const container of listed) {
    const before = containers.get(container.id);
    if (before === undefined && !isOver) continue;
    if (before?.phase === 'failed') continue;
    if (isOver && container.state === 'created') {
      containers.delete(container.id);
      continue;
    }
    if (container.state === 'created') continue;
    const known = before ?? { phase: 'waiting', starts: 0 };
    const isGuess = known.starts === 0 || known.isGuess === true;
    const now = seen(service, known, container, counts);
    containers.set(container.id, isGuess && now.starts > 0 ? { ...now, isGuess } : now);
  }
  return progressWith(service, containers);
}

/** What a look at a container makes of what was known of it. */
function seen(
  service: AwaitedService,
  before: ContainerProgress,
  container: Task,
  counts: boolean,
): ContainerProgress {
  const now = standing(service, container);
  // Starts that events told are known better than by a look, which only guesses what was before.
  const starts = before.starts > 0 ? before.starts : now.starts;
  if (now.problem === 'unhealthy') {
    const looks = (before.looks ?? 0) + (counts ? 1 : 0);
    return { ...now, starts, looks, phase: looks >= UNHEALTHY_LOOKS ? 'failed' : 'probing' };
  }
  const isStarted = before.phase !== 'ready' && now.phase === 'ready' && isYoung(container);
  if ((now.phase === 'starting' || isStarted) && isUnasked(service, container)) {
    const looks = (before.looks ?? 0) + (counts ? 1 : 0);
    // One that was ready stays so until an event says otherwise.
    const isBroughtBack = now.phase !== 'ready';
    const enough = Math.max(startedLooks(service), isBroughtBack ? STEADY_LOOKS : 0);
    // What came back so often already is no service before the engine itself takes it for steady.
    const isSteady = looks >= enough && starts <= ENDLESS_RESTARTS;
    const isReady = before.phase === 'ready' || isSteady;
    return { starts, looks, phase: isReady ? 'ready' : 'starting' };
  }
  const problem = now.problem ?? before.problem;
  return { starts, phase: now.phase, ...(problem !== undefined && { problem }) };
}

/** One that failed so long after its start will do so again, or not: it is waited for. */
function startedLooks({ livedMs }: AwaitedService): number {
  if (livedMs === undefined) return STARTED_LOOKS;
  return Math.max(STARTED_LOOKS, Math.ceil((livedMs + OUTLIVED_MS) / LOOK_MS));
}

/** Whether only time tells that it runs. */
function isUnasked(service: AwaitedService, { health }: Task): boolean {
  return !service.oneShot && health === 'none';
}

/** One event of a container of the service moves it on. Pure; other events change nothing. */
export function advanceProgress(
  service: AwaitedService,
  progress: ServiceProgress,
  event: EngineEvent,
): ServiceProgress {
  const before = progress.containers.get(event.containerId);
  // A container that is being replaced has events too; what counts are those that come after it.
  if (service.leaving.has(event.containerId)) return progress;
  if (before === undefined && event.action !== 'create' && event.action !== 'start') {
    return progress;
  }
  if (event.action === 'destroy' && before?.starts === 0 && before.phase === 'starting') {
    // It never ran: what was at making it has broken off, and may begin again.
    const others = [...progress.containers].filter(([id]) => id !== event.containerId);
    return progressWith(service, new Map(others));
  }
  const after = moved(service, before ?? { phase: 'waiting', starts: 0 }, event);
  if (after === before) return progress;
  return progressWith(service, new Map(progress.containers).set(event.containerId, after));
}

const PHASES_BEHIND = ['failed', 'waiting', 'starting', 'probing'] as const;

function progressWith(
  service: AwaitedService,
  containers: ReadonlyMap<string, ContainerProgress>,
): ServiceProgress {
  const base = { service: service.name, containers };
  for (const phase of PHASES_BEHIND) {
    const behind = [...containers].find(([, one]) => one.phase === phase);
    if (behind === undefined) continue;
    const [containerId, { problem }] = behind;
    return { ...base, phase, containerId, ...(problem !== undefined && { problem }) };
  }
  const isComplete = containers.size >= service.replicas;
  return { ...base, phase: isComplete ? 'ready' : 'waiting', containerId: undefined };
}

function standing(service: AwaitedService, container: Task): ContainerProgress {
  if (container.state === 'running') return standingOfRunning(service, container);
  const { exitCode } = container;
  const problem = exitCode === undefined ? {} : { problem: `exited with ${String(exitCode)}` };
  if (container.state === 'restarting') {
    return { phase: 'waiting', starts: (container.restartCount ?? 0) + 1, ...problem };
  }
  if (container.state !== 'exited') return { phase: 'waiting', starts: 0, ...problem };
  const isDone = exitCode === 0 && (service.oneShot || service.mayEnd);
  if (isDone) return { phase: 'ready', starts: 0 };
  // The engine has given it up, or never had to bring it back.
  return { phase: 'failed', starts: 0, ...problem };
}

/** It cannot become healthy, and somebody waits for just that. */
export const NO_HEALTH_CHECK = 'it has no health check, and others wait for one';

function standingOfRunning(service: AwaitedService, container: Task): ContainerProgress {
  const { health } = container;
  // What was long ago is no matter any more.
  const running = { starts: isYoung(container) ? (container.restartCount ?? 0) + 1 : 1 };
  // Of health the engine knows more than the definition: an image may have a check of its own.
  if (health === 'unhealthy') return { ...running, phase: 'probing', problem: 'unhealthy' };
  if (health === 'starting') return { ...running, phase: 'probing' };
  if (service.oneShot) return { ...running, phase: 'starting' };
  if (health === 'none' && service.hasHealthcheck) {
    return { ...running, phase: 'failed', problem: NO_HEALTH_CHECK };
  }
  const isUncertain =
    service.restarts &&
    isUnasked(service, container) &&
    isYoung(container) &&
    container.restartCount !== 0;
  return { ...running, phase: isUncertain ? 'starting' : 'ready' };
}

/** It has been started too often; with how it ended last, where that is known. */
function failedAfter(progress: ContainerProgress, problem: string | undefined): ContainerProgress {
  const last = problem === undefined ? '' : `, and ${problem}`;
  return { ...progress, phase: 'failed', problem: `${startedTimes(progress.starts)}${last}` };
}

/** What is wrong with one that does not go on running; with how it ended last, where that is known. */
export function startedTimes(starts: number, exitCode?: number): string {
  const last = exitCode === undefined ? '' : `, and exited with ${String(exitCode)}`;
  return `it started ${String(starts)} times${last}`;
}

function moved(
  service: AwaitedService,
  progress: ContainerProgress,
  event: EngineEvent,
): ContainerProgress {
  switch (event.action) {
    case 'create':
      return { ...progress, phase: 'starting' };
    case 'start': {
      const { isGuess = false, ...known } = progress;
      const started = { ...known, starts: known.starts + (isGuess ? 0 : 1), looks: 0 };
      if (started.starts >= TOO_MANY_STARTS) return failedAfter(started, progress.problem);
      if (service.oneShot) return { ...started, phase: 'starting' };
      // Whether it has a health check, and goes on running, is told by a look at it.
      return { ...started, phase: service.hasHealthcheck ? 'probing' : 'starting' };
    }
    case 'health_status: healthy':
      return { ...progress, phase: service.oneShot ? progress.phase : 'ready' };
    case 'health_status: unhealthy':
      return { ...progress, phase: 'failed', problem: 'unhealthy' };
    case 'die': {
      const exitCode = event.attributes['exitCode'] ?? '?';
      const mayEnd = service.oneShot || service.mayEnd;
      if (mayEnd && exitCode === '0') return { ...progress, phase: 'ready' };
      const problem = `exited with ${exitCode}`;
      // Of one that did so before nobody waits for the engine, which takes up to a minute by then.
      if (progress.starts >= TOO_MANY_STARTS) return failedAfter(progress, problem);
      return { ...progress, phase: service.restarts ? 'waiting' : 'failed', problem };
    }
    case 'destroy':
      // Nothing will come of it any more: somebody else took it away.
      if ((service.oneShot || service.mayEnd) && progress.phase === 'ready') return progress;
      return { ...progress, phase: 'failed', problem: REMOVED };
    default:
      return progress;
  }
}
