import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/ports/engine-containers.ts';
import { watchDeaths } from '../../../src/session/process-deaths.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A container whose log is written by the test, and what is told of the process in it. */
function bench() {
  const clock = new VirtualClock(1_000_000);
  const over = new AbortController();
  const told: string[] = [];
  const waiting: LogLine[] = [];
  let wake: () => void = () => undefined;
  const logs = async function* (): AsyncGenerator<LogLine> {
    while (!over.signal.aborted) {
      yield* waiting.splice(0);
      if (waiting.length > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const says = async (...texts: readonly string[]): Promise<void> => {
    for (const text of texts) waiting.push({ stream: 'stderr', text, atMs: clock.now() });
    wake();
    // Until they are read.
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(0);
  };
  const watching = watchDeaths(
    { engine: { logs }, clock },
    {
      containerId: 'c',
      sinceMs: clock.now(),
      signal: over.signal,
      onDeath: ({ exitStatus, lastLines }) => told.push(`${exitStatus}: ${lastLines.join(' ')}`),
      onSteady: () => told.push('steady'),
    },
  );
  const end = async (): Promise<void> => {
    over.abort();
    wake();
    await watching;
  };
  return { clock, told, says, end };
}

const death = (status: number, delay: number): string =>
  `onestack: the process ended with exit status ${status}; it starts again in ${delay} s, or after the next good compile`;

describe('a module’s process', () => {
  it('is steady after ten seconds', async () => {
    const { clock, told, says, end } = bench();
    await says('listening');
    await clock.advance(9_000);
    expect(told).toEqual([]);
    await clock.advance(1_000);
    expect(told).toEqual(['steady']);
    await end();
  });

  it('that ends again and again is told with its last lines, and steady in the end', async () => {
    const { clock, told, says, end } = bench();
    await says('one', death(7, 1));
    await clock.advance(1_000);
    await says('two', death(7, 2));
    await clock.advance(11_000);
    expect(told).toEqual(['7: one', '7: two']);
    await clock.advance(1_000);
    expect(told).toEqual(['7: one', '7: two', 'steady']);
    await end();
  });

  it('is told with lines that come after the word of its end', async () => {
    const { clock, told, says, end } = bench();
    await says('first', death(7, 1));
    await clock.advance(100);
    await says('last');
    await clock.advance(100);
    expect(told).toEqual(['7: first last']);
    await says('started again', death(8, 2));
    await clock.advance(200);
    expect(told.at(-1)).toBe('8: started again');
    await end();
  });

  it('that ends an hour after its start is told, too', async () => {
    const { clock, told, says, end } = bench();
    await clock.advance(3_600_000);
    await says('out of memory', death(137, 1));
    await clock.advance(200);
    expect(told).toEqual(['steady', '137: out of memory']);
    await clock.advance(11_000);
    expect(told.at(-1)).toBe('steady');
    await end();
    await clock.advance(60_000);
    expect(told).toHaveLength(3);
  });
});
