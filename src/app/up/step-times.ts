/**
 * How long the steps of projects took, kept for the next clone and the next `dev up`: it says which
 * steps are begun first. Of the person, by the project's name: a clone has the same steps.
 */
import { join } from 'node:path';
import type { TimedStep } from '../../events/progress.ts';
import { personFolder } from '../../generate/person-folder.ts';
import { isMapping } from '../../model/plain.ts';
import type { World } from '../../ports/world.ts';

/** Step → milliseconds. */
type StepTimes = ReadonlyMap<string, number>;

/** Those that nobody has brought up for longest are let go of. */
const PROJECTS_KEPT = 64;
/** Images have new names again and again. */
const STEPS_KEPT = 500;

type TimesWorld = Pick<World, 'files' | 'host'>;

const placeOf = (host: World['host']): string => join(personFolder(host), 'step-times.json');

function readAll({ files, host }: TimesWorld): ReadonlyMap<string, StepTimes> {
  const text = files.read(placeOf(host));
  try {
    const data: unknown = JSON.parse((text.ok ? text.value : undefined) ?? '{}');
    return isMapping(data)
      ? new Map(Object.entries(data).map(([name, times]) => [name, timesOf(times)]))
      : new Map();
  } catch {
    // Nothing hangs on it but an order.
    return new Map();
  }
}

function timesOf(data: unknown): StepTimes {
  if (!isMapping(data)) return new Map();
  return new Map(
    Object.entries(data).flatMap(([id, ms]) =>
      typeof ms === 'number' && Number.isFinite(ms) && ms >= 0 ? [[id, ms]] : [],
    ),
  );
}

export function readStepTimes(project: string, world: TimesWorld): StepTimes {
  return readAll(world).get(project) ?? new Map();
}

/** What a step took lately counts half. That it cannot be kept is no reason to fail. */
export function keepStepTimes(
  project: string,
  steps: readonly Pick<TimedStep, 'id' | 'startedAtMs' | 'endedAtMs'>[],
  world: TimesWorld,
): void {
  if (steps.length === 0) return;
  const all = readAll(world);
  const times = new Map(all.get(project));
  for (const { id, startedAtMs, endedAtMs } of steps) {
    const tookMs = Math.max(0, endedAtMs - startedAtMs);
    const usualMs = times.get(id) ?? tookMs;
    times.delete(id);
    times.set(id, Math.round((usualMs + tookMs) / 2));
  }
  const others = [...all].filter(([name]) => name !== project).slice(1 - PROJECTS_KEPT);
  const own = new Map([...times].slice(-STEPS_KEPT));
  const kept = [...others, [project, own] as const];
  const value = Object.fromEntries(kept.map(([name, one]) => [name, Object.fromEntries(one)]));
  const text = `${JSON.stringify(value)}\n`;
  world.files.writeAtomic(placeOf(world.host), text, { mode: 0o600, flush: false });
}
