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

export interface AwaitRequest {
  /** Compose project name. */
  readonly project: string;
  readonly services: readonly AwaitedService[];
  readonly timeoutMs: number;
}

interface Dependencies {
  readonly engine: Pick<Engine, 'events' | 'containers'>;
  readonly clock: Clock;
  readonly report: Report;
}

/** What became of the services that were waited for. */
export interface Awaited {
  readonly ready: readonly string[];
  readonly failed: readonly ServiceProgress[];
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

/**
 * Follows the engine's events until every service is ready or has failed. Make it before the work
 * begins: events are read from that moment on. `settle` tells it that the work has ended; what has
 * not started by then will not start any more.
 */
export class ServiceWatch {
  readonly #request: AwaitRequest;
  readonly #deps: Dependencies;
  readonly #progress = new Map<string, ServiceProgress>();
  readonly #startedAtMs: number;
  readonly #stop = new AbortController();
  /** The engine went away while it was waited for. */
  #lost: Failure | undefined;
  #settled = false;
  #wake: (() => void) | undefined;

  constructor(request: AwaitRequest, deps: Dependencies) {
    this.#request = request;
    this.#deps = deps;
    this.#startedAtMs = deps.clock.now();
    for (const service of request.services) {
      this.#set(service, progressOf(service, service.current));
    }
  }

  /** The work has ended, well or not. What has not started by now will not start any more. */
  async settle(): Promise<void> {
    // Nothing is made or started any more; what is told of it from now on is old.
    this.#settled = true;
    await this.#look(false);
    this.#wake?.();
  }

  /** Asks for the present state, whatever events came. */
  async #look(counts: boolean): Promise<void> {
    const isOver = this.#settled;
    const listed = await this.#deps.engine.containers(this.#request.project);
    if (!listed.ok) return;
    for (const service of this.#request.services) {
      const before = this.#progress.get(service.name);
      if (before === undefined) continue;
      const own = listed.value.filter((one) => !one.oneOff && one.service === service.name);
      const after = looked(service, before, own, { isOver, counts });
      if (after.phase !== before.phase) this.#set(service, after);
      else this.#progress.set(service.name, after);
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

  async result(signal: AbortSignal): Promise<Result<Awaited, Failure>> {
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    const following = Promise.all([this.#follow(stop), this.#lookOnAndOn(stop)]);
    const timeout = this.#deps.clock
      .sleep(this.#request.timeoutMs, stop)
      .then(() => this.#giveUp())
      .catch(() => undefined);
    const wakeUp = (): void => this.#wake?.();
    signal.addEventListener('abort', wakeUp);
    try {
      while (!this.#isDone()) {
        if (signal.aborted) return fail({ reason: 'interrupted', what: 'interrupted' });
        if (this.#lost !== undefined) return fail(this.#lost);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', wakeUp);
      this.#stop.abort();
      await Promise.all([following, timeout]);
    }
    return ok(this.#awaited());
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const byName = new Map(this.#request.services.map((service) => [service.name, service]));
    // Never by our own clock: the engine has another one. What was before, a look tells.
    let sinceMs: number | undefined;
    // Asked by a function: it can change while something is awaited.
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const events = this.#deps.engine.events(this.#request.project, signal, sinceMs);
        for await (const event of events) {
          sinceMs = event.atMs;
          const service = byName.get(event.service);
          const before = this.#progress.get(event.service);
          if (service === undefined || before === undefined) continue;
          if (this.#settled && event.action === 'create') continue;
          const after = advance(service, before, event);
          if (after !== before) this.#set(service, after);
        }
      } catch {
        // The connection broke; whether the engine is gone is asked below.
      }
      if (isOver()) return;
      const listed = await this.#deps.engine.containers(this.#request.project);
      if (!listed.ok) {
        this.#lost = listed.failure;
        this.#wake?.();
        return;
      }
      await this.#deps.clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }

  #set(service: AwaitedService, progress: ServiceProgress): void {
    const { phase } = progress;
    const detail = phase === 'ready' ? readyText(service) : PHASE_TEXT[phase];
    this.#progress.set(progress.service, progress);
    const id = `service:${progress.service}`;
    const durationMs = this.#deps.clock.now() - this.#startedAtMs;
    if (phase === 'ready' || phase === 'failed') {
      const outcome = phase === 'ready' ? 'done' : 'failed';
      this.#deps.report({
        kind: 'step-finished',
        id,
        label: progress.service,
        outcome,
        detail: progress.problem ?? detail,
        durationMs,
      });
    } else {
      this.#deps.report({ kind: 'step-progress', id, detail });
    }
    this.#wake?.();
  }

  #giveUp(): void {
    for (const service of this.#request.services) {
      const progress = this.#progress.get(service.name);
      if (progress === undefined || ['ready', 'failed'].includes(progress.phase)) continue;
      const seconds = Math.round(this.#request.timeoutMs / 1000);
      const goal = service.hasHealthcheck ? 'healthy' : 'ready';
      const problem = progress.problem ?? `not ${goal} after ${String(seconds)} s`;
      this.#set(service, { ...progress, phase: 'failed', problem });
    }
  }

  #isDone(): boolean {
    for (const { phase, containerId, containers } of this.#progress.values()) {
      // One that is to have no container tells nothing by being without.
      if (phase === 'failed' || (phase === 'ready' && containers.size > 0)) continue;
      if (phase === 'ready' && this.#settled) continue;
      if (!(this.#settled && phase === 'waiting' && containerId === undefined)) return false;
    }
    return true;
  }

  #awaited(): Awaited {
    const all = [...this.#progress.values()];
    return {
      ready: all.filter(({ phase }) => phase === 'ready').map(({ service }) => service),
      failed: all.filter(({ phase }) => phase !== 'ready'),
    };
  }
}
