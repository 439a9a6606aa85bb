import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { sweepRuns, sweepTurns, turnOf } from '../../../../src/app/release/sweep.ts';
import type { ContainerSummary } from '../../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
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

describe('the lock of a commit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ostest-turns-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { files, locks } = createWorld(folder, '0');
  const lockOf = (digit: string): string =>
    join(folder, `${turnOf({ commit: digit.repeat(40) })}.lock`);

  it('is removed where its run was killed, and stays where somebody works', async () => {
    const [killed, half, alive] = ['1', '2', '3'].map(lockOf) as [string, string, string];
    // Nobody has that number: it is over what the system gives.
    writeFileSync(killed, '99999999 dev ci\n');
    mkdirSync(`${killed}.lock`);
    mkdirSync(`${half}.lock`);
    const long = new Date(Date.now() - 60_000);
    for (const path of [killed, half]) utimesSync(`${path}.lock`, long, long);
    writeFileSync(join(folder, 'release.lock'), '');
    const held = await locks.acquire(alive, 'dev ci', { patienceMs: 0 });
    await sweepTurns(folder, { files, locks });
    const names = [alive, `${alive}.lock`, join(folder, 'release.lock')];
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual(names.sort());
    if (held.ok) await held.value.release();
    await sweepTurns(folder, { files, locks });
    expect(readdirSync(folder)).toEqual(['release.lock']);
  });
});
