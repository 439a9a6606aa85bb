import { describe, expect, it } from 'vitest';
import { upSummary } from '../../../src/cli/up-summary.ts';
import type { Prepared } from '../../../src/app/up/prepare.ts';
import type { OpenProject } from '../../../src/model/open-project.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { Host } from '../../../src/ports/host.ts';
import { ok } from '../../../src/util/result.ts';
import { upText } from '../../../src/views/up-text.ts';
import { aContainer, aDesiredService } from '../../support/containers.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { partly } from '../../support/partly.ts';
import { placesIn } from '../../support/places.ts';
import { create, graphOf } from '../../support/plans.ts';

type Container = ReturnType<typeof aContainer>;

interface Ended {
  /** How many containers the services `web` and `job` are to have. */
  readonly replicas: readonly number[];
  readonly isChanged: boolean;
  /** What the engine has when all of the plan was carried out. */
  readonly left: readonly Container[];
}

async function told({ replicas, isChanged, left }: Ended): Promise<string> {
  const names = ['web', 'job'];
  const desired = replicas.map((count, at) =>
    aDesiredService(names[at] ?? '', { replicas: count }),
  );
  const engine = partly<Engine>({ containers: () => Promise.resolve(ok(left)) });
  const world = {
    engine: () => Promise.resolve(engine),
    files: new MemoryFiles({}),
    host: partly<Host>({ home: '/home/ann', environment: {} }),
  };
  const operations = isChanged ? create(...desired.map(({ name }) => name)) : [];
  const opened = partly<OpenProject>({ instance: 'shop', places: placesIn('/p', '/home/ann') });
  const outcome = {
    plan: graphOf({ operations }),
    prepared: partly<Prepared>({ opened, desired }),
  };
  const summary = await upSummary(world, outcome, 1200);
  return summary.ok
    ? upText(summary.value, false).trimEnd()
    : `${summary.failure.reason}: ${summary.failure.what}`;
}

const DONE = { state: 'exited', health: 'none', status: 'Exited (0) 2 seconds ago' } as const;
const job = aContainer('job', DONE);

describe('what dev up says in the end', () => {
  it('is that it is up only where something runs', async () => {
    const web = aContainer('web');
    expect(await told({ replicas: [1, 1], isChanged: true, left: [web, job] })).toBe(
      'shop is up: 2 services, healthy in 1.2s',
    );
    expect(await told({ replicas: [1, 1], isChanged: false, left: [web, job] })).toBe(
      'shop is up: nothing to do, 2 services up',
    );
    // One that failed for an earlier dev up is none of them.
    for (const state of ['created', 'exited', 'restarting'] as const) {
      const failed = aContainer('job', { state, status: 'Exited (1) 2 seconds ago' });
      expect(await told({ replicas: [1, 1], isChanged: false, left: [web, failed] })).toBe(
        'shop is up: nothing to do, 1 service up',
      );
    }
  });

  it('is that all is done, or scaled to 0, or switched off, where that is so', async () => {
    const done = [aContainer('web', DONE), job];
    expect(await told({ replicas: [1, 1], isChanged: true, left: done })).toBe(
      'shop: 2 services, done in 1.2s, nothing runs any more',
    );
    expect(await told({ replicas: [1, 1], isChanged: false, left: done })).toBe(
      'shop: nothing to do, 2 services done, nothing runs any more',
    );
    expect(await told({ replicas: [0, 0], isChanged: true, left: [] })).toBe(
      'shop: every service is scaled to 0',
    );
    expect(await told({ replicas: [0], isChanged: false, left: [] })).toBe(
      'shop: nothing to do, every service is scaled to 0',
    );
    expect(await told({ replicas: [], isChanged: false, left: [] })).toBe(
      'shop: every service is switched off, nothing runs',
    );
  });

  it('is no summary of what somebody has taken down exactly then', async () => {
    expect(await told({ replicas: [1, 0], isChanged: true, left: [] })).toBe(
      'world-changed: shop came up, and its containers are gone again',
    );
    // What runs for a moment beside the services, as a check does, is none of them.
    const beside = [aContainer('web', { oneOff: true })];
    expect(await told({ replicas: [1], isChanged: true, left: beside })).toContain('gone again');
  });
});
