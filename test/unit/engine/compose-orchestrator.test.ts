import { describe, expect, it } from 'vitest';
import { composeOrchestrator } from '../../../src/engine/compose-orchestrator.ts';
import type { ComposeCli } from '../../../src/ports/compose-cli.ts';
import type { ContainerDetail, ContainerSummary } from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { UndoRequest } from '../../../src/ports/orchestrator.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer, aTask } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const DETAIL = {
  restartCount: 2,
  finishedAtMs: 3_500,
  startedAtMs: 7,
  state: 'running',
  healthLog: [],
} as const;

function bench(containers: readonly ContainerSummary[] = [], others: readonly string[] = []) {
  const calls: string[] = [];
  const does = (text: string) => {
    calls.push(text);
    return Promise.resolve(ok(undefined));
  };
  const engine = partly<Engine>({
    containers: () => Promise.resolve(ok(containers)),
    networks: () => Promise.resolve(ok([{ name: 'shop_default' }] as never)),
    networkMembers: () => Promise.resolve(ok(new Map(others.map((id) => [id, id])))),
    volumes: (labels) => {
      const isOwn = Object.keys(labels).length > 0;
      const names = isOwn ? ['shop_db'] : ['shop_db', 'other_db', 'a1'];
      return Promise.resolve(ok(names.map((name) => ({ name })) as never));
    },
    inspect: (id) => {
      calls.push(`inspect ${id}`);
      return Promise.resolve(
        id === 'id-gone'
          ? fail({ reason: 'service', what: 'no such container' } as const)
          : ok(partly<ContainerDetail>({ id, ...DETAIL })),
      );
    },
    stopContainer: (id) => does(`stop ${id}`),
    removeContainer: (id, unnamed) => does(`remove ${id}, unnamed volumes ${unnamed}`),
    removeNetwork: (name) => does(`remove network ${name}`),
    removeVolume: (name) => does(`remove volume ${name}`),
  });
  const compose = partly<ComposeCli>({
    down: (_target, { volumes }) => does(`compose down${volumes ? ' --volumes' : ''}`),
  });
  const orchestrator = composeOrchestrator({
    engine: () => Promise.resolve(engine),
    compose: () => Promise.resolve(compose),
    clock: new VirtualClock(),
  });
  return { orchestrator, calls };
}

describe('Compose as an orchestrator', () => {
  it('asks about single containers only where a list does not tell enough', async () => {
    const { orchestrator, calls } = bench();
    const young = { status: 'Up 3 seconds', health: 'none' } as const;
    const tasks = [
      aTask('steady'),
      aTask('young', young),
      aTask('sick', { health: 'unhealthy' }),
      aTask('loop', { state: 'restarting' }),
      aTask('gone', young),
      aTask('shares'),
      aTask('over', { state: 'exited', status: 'Exited (0) 3 days ago' }),
      aTask('once', { ...young, oneOff: true }),
      aTask('failed', { state: 'exited', status: 'Exited (3) 3 days ago' }),
      aTask('stopped', { state: 'exited', status: 'Exited (143) 3 days ago' }),
    ];
    const looked = await orchestrator.lookCloser(tasks, new Set(['shares', 'over']));
    expect(calls).toEqual(
      ['young', 'sick', 'loop', 'gone', 'shares', 'failed'].map((id) => `inspect id-${id}`),
    );
    if (!looked.ok) throw new Error(looked.failure.what);
    const known = looked.value.filter(({ restartCount }) => restartCount === 2);
    expect(known.map(({ service }) => service)).toEqual([
      'young',
      'sick',
      'loop',
      'shares',
      'failed',
    ]);
    const lives = looked.value.flatMap(({ service, livedMs }) =>
      livedMs === undefined ? [] : service,
    );
    expect(lives).toEqual(['loop', 'failed']);
    expect(looked.value).toHaveLength(tasks.length);
  });

  it.each<[UndoRequest['data'], string | undefined, readonly string[]]>([
    ['kept', '/p/.dev/compose.yaml', ['compose down', 'remove network shop_default']],
    [
      'own',
      '/p/.dev/compose.yaml',
      ['compose down', 'remove network shop_default', 'remove volume shop_db'],
    ],
    [
      'named',
      '/p/.dev/compose.yaml',
      ['compose down --volumes', 'remove network shop_default', 'remove volume shop_db'],
    ],
    ['own', undefined, ['remove network shop_default', 'remove volume shop_db']],
  ])('takes a project away with its data %s, by the file %s', async (data, file, expected) => {
    const { orchestrator, calls } = bench([aContainer('db', { oneOff: true })]);
    expect(await orchestrator.undo({ project: 'shop', file, data, unnamedVolumes: [] })).toEqual(
      ok(undefined),
    );
    const own = calls.filter((call) => !call.includes(' id-db'));
    expect(own).toEqual(expected);
    expect(calls).toContain('stop id-db');
    expect(calls).toContain('remove id-db, unnamed volumes removed');
  });

  it.each([
    ['kept', ['stop id-db', 'remove id-db, unnamed volumes kept']],
    [
      'own',
      [
        'stop id-db',
        'remove id-db, unnamed volumes removed',
        'remove volume shop_db',
        // Another container has the second one.
        'remove volume a1',
      ],
    ],
  ] as const)('takes volumes without a name with the data alone: %s', async (data, expected) => {
    const { orchestrator, calls } = bench([aContainer('db')], ['other-web']);
    const request = { project: 'shop', file: undefined, data, unnamedVolumes: ['a1', 'b2'] };
    expect(await orchestrator.undo(request)).toEqual(ok(undefined));
    expect(calls).toEqual(expected);
  });

  it('leaves a network that others are in by its name', async () => {
    const { orchestrator, calls } = bench([], ['other-web']);
    const undone = await orchestrator.undo({
      project: 'shop',
      file: undefined,
      data: 'kept',
      unnamedVolumes: [],
    });
    expect([undone, calls]).toEqual([ok(undefined), []]);
  });
});
