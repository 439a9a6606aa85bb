import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  advance,
  looked,
  progressOf,
  type AwaitedService,
  type ServiceProgress,
} from './service-progress.ts';

export interface WatchRequest {
  /** Compose project name. */
  readonly project: string;
  readonly services: readonly AwaitedService[];
}

export interface AwaitOptions {
  /** From this call on. */
  readonly timeoutMs: number;
  /** When the work on the service began, epoch milliseconds: what is told is how long it took. */
  readonly startedAtMs: number;
  readonly signal: AbortSignal;
}

interface Dependencies {
  readonly engine: Pick<Engine, 'events' | 'containers'>;
  readonly clock: Clock;
  readonly report: Report;
}

/** Pause before the events are asked for again. */
const RECONNECT_MS = 200;

/** How often the engine is asked how things are: events can be missed, and tell no steadiness. */
const LOOK_MS = 400;

const PHASE_TEXT: Readonly<Record<Exclude<ServiceProgress['phase'], 'ready'>, string>> = {
  waiting: 'waiting',
  starting: 'starting',
  probing: 'started, waiting for its health check',
  failed: 'failed',
};

/** Healthy is only what says so itself. */
function readyText({ hasHealthcheck, oneShot, current }: AwaitedService): string {
  if (oneShot) return 'done';
  if (hasHealthcheck) return 'healthy';
  return current.some(({ state }) => state === 'running') ? 'running' : 'started';
}

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };

/**
 * Follows the engine's events, to tell when services are ready or have failed. Make it before the
 * work begins: events are read from that moment on.
 */
export class ServiceWatch {
  readonly #project: string;
  readonly #services: ReadonlyMap<string, AwaitedService>;
  readonly #deps: Dependencies;
  readonly #progress = new Map<string, ServiceProgress>();
  /** Services that were started, well or not: what is made of them from now on is not theirs. */
  readonly #settled = new Set<string>();
  readonly #stop = new AbortController();
  readonly #following: Promise<unknown>;
  /** The engine went away while it was waited for. */
  #lost: Failure | undefined;
  /** Told at each change of anything. */
  readonly #waiters = new Set<() => void>();

  constructor({ project, services }: WatchRequest, deps: Dependencies) {
    this.#project = project;
    this.#deps = deps;
    this.#services = new Map(services.map((service) => [service.name, service]));
    for (const service of services) {
      this.#progress.set(service.name, progressOf(service, service.current));
    }
    const { signal } = this.#stop;
    this.#following = Promise.all([this.#follow(signal), this.#lookOnAndOn(signal)]);
  }

  /**
   * Resolves with where the service stands when it is ready, has failed, or will not come any more.
   * For when its containers have been started, well or not: what has not started by then does not
   * start any more.
   */
  async until(name: string, options: AwaitOptions): Promise<Result<ServiceProgress, Failure>> {
    const service = this.#services.get(name);
    if (service === undefined) throw new Error(`${name} is not watched`);
    const { signal, timeoutMs } = options;
    this.#settled.add(name);
    await this.#look(false);
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const timeout = this.#deps.clock
      .sleep(timeoutMs, stop)
      .then(() => this.#giveUp(service, timeoutMs))
      .catch(() => undefined);
    signal.addEventListener('abort', this.#wake);
    try {
      for (;;) {
        if (signal.aborted) return fail(INTERRUPTED);
        if (this.#lost !== undefined) return fail(this.#lost);
        const progress = this.#progress.get(name);
        if (progress !== undefined && isOver(progress)) {
          this.#finish(service, progress, options.startedAtMs);
          return ok(progress);
        }
        await new Promise<void>((resolve) => this.#waiters.add(resolve));
      }
    } finally {
      signal.removeEventListener('abort', this.#wake);
      over.abort();
      await timeout;
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
  async #look(counts: boolean): Promise<void> {
    const asked = [...this.#services.values()].filter(({ name }) => this.#settled.has(name));
    if (asked.length === 0) return;
    const listed = await this.#deps.engine.containers(this.#project);
    if (!listed.ok) {
      // A slow engine is asked again; only one that is gone is lost.
      if (!counts) this.#lost = listed.failure;
      this.#wake();
      return;
    }
    for (const service of asked) {
      const before = this.#progress.get(service.name);
      if (before === undefined) continue;
      const own = listed.value.filter((one) => !one.oneOff && one.service === service.name);
      this.#set(service, looked(service, before, own, { isOver: true, counts }));
    }
  }

  async #lookOnAndOn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const slept = await this.#deps.clock.sleep(LOOK_MS, signal).then(
        () => true,
        () => false,
      );
      if (!slept || signal.aborted) return;
      await this.#look(true);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    // Never by our own clock: the engine has another one. What was before, a look tells.
    let sinceMs: number | undefined;
    // Asked by a function: it can change while something is awaited.
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        const events = this.#deps.engine.events(this.#project, signal, sinceMs);
        for await (const event of events) {
          sinceMs = event.atMs;
          const service = this.#services.get(event.service);
          const before = this.#progress.get(event.service);
          if (service === undefined || before === undefined || event.oneOff) continue;
          if (this.#settled.has(event.service) && event.action === 'create') continue;
          this.#set(service, advance(service, before, event));
        }
      } catch {
        // The connection broke; whether the engine is gone is asked below.
      }
      if (isStopped()) return;
      const listed = await this.#deps.engine.containers(this.#project);
      if (!listed.ok) {
        this.#lost = listed.failure;
        this.#wake();
        return;
      }
      await this.#deps.clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }

  #set(service: AwaitedService, progress: ServiceProgress): void {
    const before = this.#progress.get(service.name);
    if (before === progress) return;
    this.#progress.set(service.name, progress);
    if (before?.phase !== progress.phase) {
      const detail = progress.phase === 'ready' ? readyText(service) : PHASE_TEXT[progress.phase];
      this.#deps.report({ kind: 'step-progress', id: stepOf(service.name), detail });
    }
    this.#wake();
  }

  #finish(service: AwaitedService, progress: ServiceProgress, startedAtMs: number): void {
    const isReady = progress.phase === 'ready';
    const detail = isReady ? readyText(service) : (progress.problem ?? PHASE_TEXT.failed);
    this.#deps.report({
      kind: 'step-finished',
      id: stepOf(service.name),
      label: service.name,
      outcome: isReady ? 'done' : 'failed',
      detail,
      durationMs: this.#deps.clock.now() - startedAtMs,
    });
  }

  #giveUp(service: AwaitedService, timeoutMs: number): void {
    const progress = this.#progress.get(service.name);
    if (progress === undefined) return;
    const seconds = Math.round(timeoutMs / 1000);
    const goal = service.hasHealthcheck ? 'healthy' : 'ready';
    const problem = progress.problem ?? `not ${goal} after ${String(seconds)} s`;
    this.#set(service, { ...progress, phase: 'failed', problem });
  }

  readonly #wake = (): void => {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  };
}

/** The progress step of a service, from its first container to the last healthy one. */
export const stepOf = (service: string): string => `service:${service}`;

/** Whether nothing more will become of it. */
function isOver({ phase, containerId }: ServiceProgress): boolean {
  return (
    phase === 'ready' || phase === 'failed' || (phase === 'waiting' && containerId === undefined)
  );
}
