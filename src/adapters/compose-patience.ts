import type { Engine } from '../ports/engine.ts';
import type { Patience } from './quiet-watch.ts';

/** How long Compose may say nothing. All in milliseconds. */
export interface ComposePatience extends Patience {
  /** The limit where containers are ended, besides what they may take to stop. */
  readonly endLimitMs: number;
}

/** Making containers may take minutes, without a word; a Compose that works answers meanwhile. */
export const PATIENCE: ComposePatience = {
  ...{ lookMs: 15_000, answerMs: 10_000, limitMs: 900_000 },
  endLimitMs: 120_000,
};

/** What knows how long containers may take to stop. */
export type EndingEngine = Pick<Engine, 'containers' | 'inspect'>;

/** For what ends containers: the engine never ends the stop of a frozen one, and Compose waits for it. */
export async function patienceToEnd(
  project: string,
  engine: EndingEngine,
  { endLimitMs, ...patience }: ComposePatience,
): Promise<Patience> {
  const containers = await engine.containers(project);
  const listed = containers.ok ? containers.value : [];
  const details = await Promise.all(listed.map(({ id }) => engine.inspect(id)));
  const graces = details.map((one) => (one.ok ? one.value.stopGraceSeconds : 0));
  return { ...patience, limitMs: endLimitMs + Math.max(0, ...graces) * 1_000 };
}
