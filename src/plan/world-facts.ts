import type { Task } from '../ports/orchestrator.ts';

/** What a plan was made of, thing by thing: `container shop-db-1` → `runs, 4f1c…`. */
export type WorldFacts = Readonly<Record<string, string>>;

export interface ObservedThings {
  /** Undefined where no engine answers. */
  readonly apiVersion: string | undefined;
  readonly tasks: readonly Task[];
  /** Image reference → id. */
  readonly images: ReadonlyMap<string, string>;
  readonly volumes: Iterable<string>;
}

/** One that ends again and again is now this, now that. */
const RUNS: readonly Task['state'][] = ['running', 'restarting'];

/** The facts of what was observed. How healthy something is changes no plan, and is none. */
export function worldFacts({ apiVersion, tasks, images, volumes }: ObservedThings): WorldFacts {
  return {
    engine: apiVersion ?? 'none',
    ...Object.fromEntries(
      tasks
        .filter(({ oneOff }) => !oneOff)
        .map(({ name, state, id }) => [
          `container ${name}`,
          `${RUNS.includes(state) ? 'runs' : state}, ${id.slice(0, 12)}`,
        ]),
    ),
    ...Object.fromEntries([...images].map(([reference, id]) => [`image ${reference}`, id])),
    ...Object.fromEntries([...volumes].map((name) => [`volume ${name}`, 'there'])),
  };
}

/** What is not as it was, one line each: `container shop-db-1 is gone`. */
export function worldChanges(before: WorldFacts, now: WorldFacts): readonly string[] {
  const things = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return things.flatMap((thing) => {
    const [was, is] = [before[thing], now[thing]];
    if (was === is) return [];
    if (was === undefined) return [`${thing} is new`];
    if (is === undefined) return [`${thing} is gone`];
    return [`${thing} is another one (${is}; was ${was})`];
  });
}
