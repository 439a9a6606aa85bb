import { createWorld } from '../src/adapters/world.ts';
import { ensureRootImage } from '../src/app/machine/ensure-root-image.ts';
import { startBareMachine, TOOL, type BareMachine } from '../test/support/bare-machine.ts';
import { figure } from './measure.ts';

/** As the bare machines of the tests have it. */
const IMAGE = 'debian:bookworm-slim';
const BARE_BUDGET_S = 180;
const CLONE_BUDGET_S = 15;
/** Shorter steps say nothing about minutes. */
const SHOWN_MS = 500;
const TRACE = '/tmp/trace.json';

interface TraceEvent {
  readonly name: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur: number;
}

/** A clone of the example is brought up; wall time, and its steps with when they began. */
async function bringUp(
  machine: BareMachine,
  folder: string,
): Promise<{ readonly seconds: number; readonly steps: readonly string[] }> {
  const copied = await machine.sh(`cp --recursive ${TOOL}/examples/shop ${folder}`);
  if (copied.status !== 0) throw new Error(copied.stderr);
  const startedAt = process.hrtime.bigint();
  const up = await machine.sh(
    `cd ${folder} && DEV_TRACE=${TRACE} ${TOOL}/dev up --yes --detach --quiet`,
  );
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  if (up.status !== 0) throw new Error(`dev up ended with ${String(up.status)}:\n${up.stderr}`);
  const trace = await machine.run(['cat', TRACE]);
  // Written by `dev up` right before.
  const { traceEvents } = JSON.parse(trace.stdout) as { readonly traceEvents: TraceEvent[] };
  return { seconds, steps: timeLine(traceEvents) };
}

/** A line a step, in the order in which they began. */
function timeLine(events: readonly TraceEvent[]): readonly string[] {
  const sorted = events.toSorted((a, b) => a.ts - b.ts);
  const startUs = sorted[0]?.ts ?? 0;
  const inSeconds = (us: number): string => `${(us / 1e6).toFixed(1)} s`.padStart(9);
  return sorted
    .filter(({ dur }) => dur / 1000 >= SHOWN_MS)
    .map(({ name, ts, dur }) => `  ${inSeconds(ts - startUs)} +${inSeconds(dur)}  ${name}`);
}

/**
 * From a machine with Node alone to the example healthy, and a second clone beside it. Takes minutes and
 * all cores: nothing else is to run, and it is only run where it is named.
 */
export async function* benchBare(): AsyncGenerator<string> {
  const world = createWorld('', 'bench');
  const image = await ensureRootImage(world, IMAGE, { yes: true, report: () => undefined });
  if (!image.ok) throw new Error(JSON.stringify(image.failure));
  const machine = await startBareMachine(IMAGE);
  try {
    const bare = await bringUp(machine, '/tmp/shop');
    const clone = await bringUp(machine, '/tmp/second-shop');
    const seconds = (value: number): string => `${value.toFixed(1)} s`;
    const budget = (value: number): string => `≤ ${String(value)} s`;
    yield* [
      figure('bare machine to the example healthy', seconds(bare.seconds), budget(BARE_BUDGET_S)),
      ...bare.steps,
      figure('a second clone beside it', seconds(clone.seconds), budget(CLONE_BUDGET_S)),
      ...clone.steps,
    ];
  } finally {
    await machine.remove();
    if (image.value !== 'present') await world.processes.run(['docker', 'image', 'rm', IMAGE]);
  }
}
