import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { FollowUsage } from '../ports/engine-stats.ts';
import type { ServiceStats } from '../views/dashboard/scene.ts';

/** How soon containers that came or went are noticed. */
const LOOK_AGAIN_MS = 3_000;

export interface UsageWorld {
  readonly engine: () => Promise<Engine>;
  readonly followUsage: () => Promise<FollowUsage>;
  readonly clock: Clock;
}

/** CPU and memory of the services, followed only while somebody looks: it costs the engine time. */
export class Usage {
  readonly stats = new Map<string, ServiceStats>();
  readonly #instance: string;
  readonly #world: UsageWorld;
  readonly #changed: () => void;
  #watching: AbortController | undefined;

  constructor(instance: string, world: UsageWorld, changed: () => void) {
    this.#instance = instance;
    this.#world = world;
    this.#changed = changed;
  }

  /** Follows while `wanted`. */
  set(wanted: boolean): void {
    if (wanted === (this.#watching !== undefined)) return;
    this.#watching?.abort();
    this.#watching = wanted ? new AbortController() : undefined;
    this.stats.clear();
    // Without an engine's client there is no usage to show; the overview says what the engine does.
    if (this.#watching !== undefined) {
      this.#follow(this.#watching.signal).catch(() => undefined);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const engine = await this.#world.engine();
    const followUsage = await this.#world.followUsage();
    const followed = new Set<string>();
    while (!signal.aborted) {
      const listed = await engine.containers(this.#instance);
      for (const { id, service, state, oneOff } of listed.ok ? listed.value : []) {
        if (oneOff || state !== 'running' || followed.has(id)) continue;
        followed.add(id);
        void this.#followOne(followUsage, id, service, signal).finally(() => followed.delete(id));
      }
      await this.#world.clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
    }
  }

  async #followOne(
    followUsage: FollowUsage,
    id: string,
    service: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for await (const usage of followUsage(id, signal)) {
        if (signal.aborted) return;
        this.stats.set(service, usage);
        this.#changed();
      }
    } catch {
      // The container or the engine went away; the next look says what there is.
    }
    this.stats.delete(service);
  }
}
