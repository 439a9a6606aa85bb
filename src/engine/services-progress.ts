import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { AwaitedService } from '../ports/orchestrator.ts';
import { progressOf, type ServiceProgress } from './service-progress.ts';

interface Dependencies {
  readonly clock: Pick<Clock, 'steady'>;
  readonly report: Report;
}

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

/** The progress step of a service, from its first container to the last healthy one. */
export const stepOf = (service: string): string => `service:${service}`;

/** How far each of some services is; each change is told, and wakes who waits for one. */
export class ServicesProgress {
  readonly #services: ReadonlyMap<string, AwaitedService>;
  readonly #deps: Dependencies;
  readonly #progress = new Map<string, ServiceProgress>();
  readonly #waiters = new Set<() => void>();
  /** The engine went away while it was waited for. */
  #lost: Failure | undefined;

  constructor(services: readonly AwaitedService[], deps: Dependencies) {
    this.#deps = deps;
    this.#services = new Map(services.map((service) => [service.name, service]));
    for (const service of services) {
      this.#progress.set(service.name, progressOf(service, service.current));
    }
  }

  get lost(): Failure | undefined {
    return this.#lost;
  }

  /** Undefined for one that is not watched. */
  of(
    name: string,
  ): { readonly service: AwaitedService; readonly progress: ServiceProgress } | undefined {
    const service = this.#services.get(name);
    const progress = this.#progress.get(name);
    return service === undefined || progress === undefined ? undefined : { service, progress };
  }

  set(service: AwaitedService, progress: ServiceProgress): void {
    const before = this.#progress.get(service.name);
    if (before === progress) return;
    this.#progress.set(service.name, progress);
    if (before?.phase !== progress.phase) {
      const detail = progress.phase === 'ready' ? readyText(service) : PHASE_TEXT[progress.phase];
      this.#deps.report({ kind: 'step-progress', id: stepOf(service.name), detail });
    }
    this.wake();
  }

  lose(failure: Failure): void {
    this.#lost = failure;
    this.wake();
  }

  /** After the time that it was given. */
  giveUp(name: string, timeoutMs: number): void {
    const known = this.of(name);
    if (known === undefined) return;
    const { service, progress } = known;
    const seconds = Math.round(timeoutMs / 1000);
    const goal = service.hasHealthcheck ? 'healthy' : 'ready';
    const problem = progress.problem ?? `not ${goal} after ${String(seconds)} s`;
    this.set(service, { ...progress, phase: 'failed', problem });
  }

  /** Tells how it came out. @param startedAtMs epoch milliseconds */
  finish(service: AwaitedService, progress: ServiceProgress, startedAtMs: number): void {
    const isReady = progress.phase === 'ready';
    const detail = isReady ? readyText(service) : (progress.problem ?? PHASE_TEXT.failed);
    this.#deps.report({
      kind: 'step-finished',
      id: stepOf(service.name),
      label: service.name,
      outcome: isReady ? 'done' : 'failed',
      detail,
      durationMs: this.#deps.clock.steady() - startedAtMs,
    });
  }

  /** Resolves with the next change of anything. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  readonly wake = (): void => {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  };
}
