import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { AwaitedService, Task } from '../ports/orchestrator.ts';
import { withForeignProbe } from './foreign-probe.ts';
import { advanceProgress, looked, LOOK_MS, type ServiceProgress } from './service-progress.ts';
import { ProcessLooks } from './process-looks.ts';
import { tasksOf } from './tasks.ts';
import { ServicesProgress } from './services-progress.ts';

export interface ServiceWatchRequest {
  /** Compose project name. */
  readonly project: string;
  readonly services: readonly AwaitedService[];
}

export interface AwaitOptions {
  /** From this call on. */
  readonly timeoutMs: number;
  /** When the work on the service began, epoch milliseconds: what is told is how long it took. */
  readonly startedAtMs: number;
  /** How long the engine took to start it: of a busy machine more. */
  readonly startTookMs: number;
  readonly signal: AbortSignal;
}

interface Dependencies {
  readonly engine: Pick<Engine, 'events' | 'containers' | 'inspect' | 'logs'>;
  readonly clock: Clock;
  readonly report: Report;
}

/**
 * So long after its start a look at a service tells something, at least and at most: a program that
 * gives up at once is not known to have ended before the engine has noted it. Where the start itself
 * took long, so does the program's end.
 */
const LIVES_MS = { least: 250, most: 5_000 };
/** Pause before the events are asked for again. */
const RECONNECT_MS = 200;

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };

/**
 * Follows the engine's events, to tell when services are ready or have failed. Make it before the
 * work begins: events are read from that moment on.
 */
export class ServiceWatch {
  readonly #project: string;
  readonly #deps: Dependencies;
  readonly #progress: ServicesProgress;
  readonly #processes: ProcessLooks;
  /**
   * Services that were started, well or not, and from when on a look at them tells something, by the
   * steady clock: what is made of them from now on is not theirs.
   */
  readonly #settled = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #following: Promise<unknown>;

  constructor({ project, services }: ServiceWatchRequest, deps: Dependencies) {
    this.#project = project;
    this.#deps = deps;
    this.#progress = new ServicesProgress(services, deps);
    this.#processes = new ProcessLooks(deps);
    const { signal } = this.#stop;
    this.#following = Promise.all([
      this.#follow(signal),
      onAndOn(() => this.#look(true), deps.clock, signal),
    ]);
  }

  /**
   * Resolves with where the service stands when it is ready, has failed, or will not come any more.
   * For when its containers have been started, well or not: what has not started by then does not
   * start any more.
   */
  async until(name: string, options: AwaitOptions): Promise<Result<ServiceProgress, Failure>> {
    if (this.#progress.of(name) === undefined) throw new Error(`${name} is not watched`);
    const { signal, timeoutMs } = options;
    const livesMs = Math.min(Math.max(LIVES_MS.least, options.startTookMs), LIVES_MS.most);
    this.#settled.set(name, this.#deps.clock.steady() + livesMs);
    await this.#look(false);
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const later = this.#deps.clock.sleep(livesMs, stop).then(() => this.#look(true, [name]));
    const firstLook = later.catch(() => undefined);
    const timeout = this.#deps.clock
      .sleep(timeoutMs, stop)
      .then(() => this.#progress.giveUp(name, timeoutMs))
      .catch(() => undefined);
    signal.addEventListener('abort', this.#progress.wake);
    try {
      for (;;) {
        if (signal.aborted) return fail(INTERRUPTED);
        if (this.#progress.lost !== undefined) return fail(this.#progress.lost);
        const known = this.#progress.of(name);
        if (known !== undefined && isOver(known.progress)) {
          this.#progress.finish(known.service, known.progress, options.startedAtMs);
          return ok(known.progress);
        }
        await this.#progress.change();
      }
    } finally {
      signal.removeEventListener('abort', this.#progress.wake);
      over.abort();
      await Promise.all([timeout, firstLook]);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  /**
   * Asks for the present state, whatever events came, of services whose containers were started.
   * @param counts it comes some time after the one before, and tells of steadiness.
   */
  async #look(counts: boolean, asked = [...this.#settled.keys()]): Promise<void> {
    if (asked.length === 0) return;
    const listed = await serviceTasks(this.#project, this.#deps.engine);
    if (!listed.ok) {
      // A slow engine is asked again; only one that is gone is lost.
      if (counts) this.#progress.wake();
      else this.#progress.lose(listed.failure);
      return;
    }
    for (const name of asked) {
      const known = this.#progress.of(name);
      if (known === undefined) continue;
      const { service, progress } = known;
      const own = listed.value.filter((one) => one.service === name);
      const isLate = counts && this.#deps.clock.steady() >= (this.#settled.get(name) ?? 0);
      const now = looked(service, progress, own, { isOver: true, counts: isLate });
      const probed = await withForeignProbe(service, now, this.#deps.engine);
      this.#progress.set(service, await this.#processes.looked(service, probed));
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    // Never by our own clock: the engine has another one. What was before, a look tells.
    let sinceMs: number | undefined;
    // Asked by a function: it can change while something is awaited.
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        const events = this.#deps.engine.events(this.#project, signal, { sinceMs });
        for await (const event of events) {
          sinceMs = event.atMs;
          const known = this.#progress.of(event.service);
          if (known === undefined || event.oneOff) continue;
          if (this.#settled.has(event.service) && event.action === 'create') continue;
          const { service, progress } = known;
          this.#progress.set(service, advanceProgress(service, progress, event));
        }
      } catch {
        // The connection broke; whether the engine is gone is asked below.
      }
      if (isStopped()) return;
      const listed = await this.#deps.engine.containers(this.#project);
      if (!listed.ok) {
        this.#progress.lose(listed.failure);
        return;
      }
      await this.#deps.clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }
}

/** Does something again and again, until it is told to stop. */
async function onAndOn(
  work: () => Promise<void>,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  const slept = (): Promise<boolean> =>
    clock.sleep(LOOK_MS, signal).then(
      () => !signal.aborted,
      () => false,
    );
  while (await slept()) await work();
}

async function serviceTasks(
  project: string,
  engine: Pick<Engine, 'containers'>,
): Promise<Result<readonly Task[], Failure>> {
  const listed = await engine.containers(project);
  return listed.ok ? ok(tasksOf(listed.value).filter(({ oneOff }) => !oneOff)) : listed;
}

/** Whether nothing more will become of it. */
function isOver({ phase, containerId }: ServiceProgress): boolean {
  return (
    phase === 'ready' || phase === 'failed' || (phase === 'waiting' && containerId === undefined)
  );
}
