import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { AwaitedService } from '../ports/orchestrator.ts';
import { endOfLog, ENDED } from './module-process.ts';
import type { ServiceProgress } from './service-progress.ts';

/** Its log is read this often while its health check is waited for. */
const EVERY_MS = 3_000;
/** After so long a pause `run-module` has seen it end four times, never running for ten seconds. */
const HOPELESS_PAUSE_S = 8;

/**
 * Looks at the processes of modules whose health is asked for: the check of one whose process ends again
 * and again fails as long as it is asked, which may be minutes.
 */
export class ProcessLooks {
  readonly #due = new Map<string, number>();
  /** When each had ended last before it was waited for, by the time of its log. */
  readonly #before = new Map<string, number>();
  readonly #deps: {
    readonly engine: Pick<Engine, 'logs'>;
    readonly clock: Pick<Clock, 'steady'>;
  };

  constructor(deps: {
    readonly engine: Pick<Engine, 'logs'>;
    readonly clock: Pick<Clock, 'steady'>;
  }) {
    this.#deps = deps;
  }

  async looked(
    { name, runsModule = false }: AwaitedService,
    progress: ServiceProgress,
  ): Promise<ServiceProgress> {
    const { phase, containerId } = progress;
    if (!runsModule || phase !== 'probing' || containerId === undefined) return progress;
    const nowMs = this.#deps.clock.steady();
    if (nowMs < (this.#due.get(name) ?? nowMs)) return progress;
    this.#due.set(name, nowMs + EVERY_MS);
    const lines = await endOfLog(this.#deps.engine, containerId);
    const last = lines.findLast(({ text }) => ENDED.test(text));
    const beforeMs = this.#before.get(name);
    if (beforeMs === undefined) this.#before.set(name, last?.atMs ?? 0);
    if (beforeMs === undefined || last === undefined || last.atMs <= beforeMs) return progress;
    const [, status = '', pause = ''] = ENDED.exec(last.text) ?? [];
    if (Number(pause) < HOPELESS_PAUSE_S) return progress;
    const problem = `its process ended with exit status ${status}, again and again`;
    return { ...progress, phase: 'failed', problem };
  }
}
