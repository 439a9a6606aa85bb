import { describe, expect, it } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { leftovers } from '../support/engine-leftovers.ts';
import { repositoryFiles } from '../support/foreign-repository.ts';
import { rigForTest, type Rig } from '../support/rig.ts';
import { standInsForSuite } from '../support/stand-ins.ts';

const suite = standInsForSuite();

interface Delivery {
  readonly folder: string;
  readonly prepare?: (rig: Rig) => Promise<void>;
  /** Services that become modules. */
  readonly moves: readonly string[];
  /** What its owner adds to `dev.yaml`, where that is not good as it is proposed. */
  readonly mend?: (definition: string) => string;
  readonly page: { readonly service: string; readonly says: RegExp };
}

const git = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b'];

async function good(rig: Rig, ...args: readonly string[]) {
  const done = await rig.dev(args);
  expect(done.status, rig.transcript()).toBe(0);
  return done;
}

/** From somebody's repository to images that are tried, and run as production does beside development. */
async function wholeDelivery({ folder, prepare, moves, mend, page }: Delivery): Promise<void> {
  const rig = rigForTest({ files: repositoryFiles({ folder, standIns: suite() }) });
  await prepare?.(rig);
  await rig.run([...git, 'init', '--quiet', '--initial-branch=main']);
  await good(rig, 'init', '--yes');
  for (const service of moves) await good(rig, 'init', 'move', service, '--yes');
  if (mend !== undefined) rig.write('dev.yaml', mend(rig.read('dev.yaml')));
  await rig.run([...git, 'add', '--all']);
  expect((await rig.run([...git, 'commit', '-qm', 'all'])).status).toBe(0);
  const name = /^name: (.*)$/m.exec(rig.read('dev.yaml'))?.[1] ?? '';

  await good(rig, '--yes', 'ci');
  expect((await good(rig, '--yes', 'ci')).stdout).toContain('nothing to do');
  // Nobody changes anything: the images are those that were tried.
  const up = await good(rig, '--context', 'prod', 'up', '--yes', '--detach');
  expect(up.stdout).toContain(`${name}-prod is up`);
  const listed = await good(rig, '--context', 'prod', 'urls', '--json');
  const address = new RegExp(
    `"(http://[^"]+)"[^}]*"service": "${page.service}"|"service": "${page.service}"[^}]*"(http://[^"]+)"`,
    's',
  ).exec(listed.stdout);
  const url = address?.[1] ?? address?.[2] ?? '';
  const says = async () => (await fetch(url, { signal: AbortSignal.timeout(5_000) })).text();
  await expect.poll(() => says().catch(String), { timeout: 30_000 }).toMatch(page.says);
  expect((await good(rig, 'parity', '--yes')).stdout).toContain('dev and prod are the same');

  await good(rig, '--context', 'prod', 'down');
  await good(rig, 'clean', '--volumes', '--yes');
  for (const one of [name, `${name}-prod`]) {
    expect(await leftovers(one)).toEqual({ containers: [], volumes: [], networks: [], images: [] });
  }
  await removeBakedImages(name);
}

describe('production of a repository of somebody else', { timeout: 300_000 }, () => {
  it('like Django: migrations once, in a volume that all of them write to', async () => {
    await wholeDelivery({
      folder: 'django-jobs',
      prepare: async (rig) => {
        await suite().copy('wheels', rig.path('wheels'));
        await rig.run(['cp', '.env.sample', '.env']);
      },
      moves: ['migrate', 'web', 'worker', 'scheduler'],
      mend: (text) =>
        text.replace(
          /test: (.*manage\.py test)/,
          'test: { run: $1, environment: { SECRET_KEY: any, DATABASE: /tmp/test.sqlite3 } }',
        ),
      page: { service: 'web', says: /jobs are done/ },
    });
  });

  it('with npm workspaces', async () => {
    await wholeDelivery({
      folder: 'npm-workspaces',
      moves: ['api', 'web'],
      page: { service: 'web', says: /It costs 12\.00 EUR/ },
    });
  });

  it('with Flask and Redis', async () => {
    await wholeDelivery({
      folder: 'flask-redis',
      prepare: (rig) => suite().copy('wheels', rig.path('wheels')),
      moves: ['web'],
      page: { service: 'web', says: /viewed before$/ },
    });
  });
});
