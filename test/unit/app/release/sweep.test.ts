import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { sweepRuns } from '../../../../src/app/release/sweep.ts';
import type { ContainerSummary, Engine } from '../../../../src/ports/engine.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { partly } from '../../../support/partly.ts';

const SILENT = fail({ reason: 'no-engine' as const, what: 'no answer' });
const ONE = partly<ContainerSummary>({ id: 'c1' });

describe('what a run left that was killed', () => {
  const runs = mkdtempSync(join(tmpdir(), 'ostest-runs-'));
  afterAll(() => rmSync(runs, { recursive: true, force: true }));
  const world = createWorld(runs, '0');

  /** What is told of it, with an engine that answers so. */
  async function swept(engine: Pick<Engine, 'labelledContainers' | 'removeContainer'>) {
    mkdirSync(join(runs, 'r1/src'), { recursive: true });
    const told: string[] = [];
    const asked = { ...world, engine: () => Promise.resolve(partly<Engine>(engine)) };
    await sweepRuns({ runs, trials: undefined }, asked, (event) => {
      if (event.kind === 'note') told.push(event.text);
    });
    return { told, isKept: world.files.exists(join(runs, 'r1/src')) };
  }

  it('is removed with its containers', async () => {
    const done = await swept({
      labelledContainers: () => Promise.resolve(ok([ONE])),
      removeContainer: () => Promise.resolve(ok(undefined)),
    });
    const text = 'removed what the run r1 left, which was killed and 1 of its containers';
    expect(done).toEqual({ told: [text], isKept: false });
  });

  it.each<[string, Pick<Engine, 'labelledContainers' | 'removeContainer'>]>([
    [
      'list them',
      {
        labelledContainers: () => Promise.resolve(SILENT),
        removeContainer: () => Promise.resolve(ok(undefined)),
      },
    ],
    [
      'remove them',
      {
        labelledContainers: () => Promise.resolve(ok([ONE])),
        removeContainer: () => Promise.resolve(SILENT),
      },
    ],
  ])('stays for the next run while the engine does not %s', async (_what, engine) => {
    expect(await swept(engine)).toEqual({ told: [], isKept: true });
  });
});
