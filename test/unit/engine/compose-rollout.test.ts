import { describe, expect, it } from 'vitest';
import { composeOrchestrator } from '../../../src/engine/compose-orchestrator.ts';
import type { ComposeCli } from '../../../src/ports/compose-cli.ts';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { AwaitedService, ServiceLinks } from '../../../src/ports/orchestrator.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer, anAwaitedService } from '../../support/containers.ts';
import { links } from '../../support/plans.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { partly } from '../../support/partly.ts';

const INTERRUPTED = { reason: 'interrupted', what: 'interrupted' } as const;
const TARGET = { file: 'c.yaml', project: 'shop' };

/** An engine that lists what the test says, and a Compose that writes down what it is asked for. */
async function bench(
  options: {
    containers?: ContainerSummary[];
    links?: [string, ServiceLinks][];
    broken?: string;
    /** What Compose says is made; it goes on with the rest until the test says so. */
    created?: readonly string[];
    rest?: Promise<unknown>;
    awaited?: readonly AwaitedService[];
    /** What the engine says to the first start. */
    refusal?: string;
    /** The first names that Compose gives are taken still. */
    taken?: number;
  } = {},
) {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const engine = partly<Engine>({
    async *events(_project: string, stop: AbortSignal) {
      await new Promise((resolve) => stop.addEventListener('abort', resolve));
      yield* [];
    },
    containers: () => Promise.resolve(ok(options.containers ?? [])),
    giveAccount: (id: string, { uid, gid }) => {
      calls.push(`name ${id} ${uid}:${gid}`);
      return Promise.resolve(ok(undefined));
    },
    giveVolumes: (id: string, { uid, gid }) => {
      calls.push(`volumes ${id} ${uid}:${gid}`);
      return Promise.resolve(ok(undefined));
    },
    restartContainer: (id: string) => {
      calls.push(`restart ${id}`);
      return Promise.resolve(ok(undefined));
    },
    stopContainer: () => Promise.resolve(ok(undefined)),
    networkMembers: () => Promise.resolve(ok(new Map([['shell', 'shop-shell-1']]))),
    disconnect: (network, id) => {
      calls.push(`disconnect ${network} ${id}`);
      return Promise.resolve(ok(undefined));
    },
    removeNetwork: (name) => {
      calls.push(`remove network ${name}`);
      return Promise.resolve(ok(undefined));
    },
    removeVolume: (name) => {
      calls.push(`remove volume ${name}`);
      return Promise.resolve(fail({ reason: 'service', what: 'somebody else has it' }));
    },
    removeContainer: (id: string) => {
      calls.push(`remove ${id}`);
      const { containers = [] } = options;
      containers.splice(
        containers.findIndex((one) => one.id === id),
        1,
      );
      return Promise.resolve(ok(undefined));
    },
    startContainer: (id: string) => {
      calls.push(`start ${id}`);
      const { refusal } = options;
      const isFirst = calls.filter((call) => call.startsWith('start')).length === 1;
      const answer =
        refusal !== undefined && isFirst
          ? fail({
              reason: 'service',
              what: 'the engine could not start it',
              why: refusal,
            } as const)
          : ok(undefined);
      return Promise.resolve(answer);
    },
  });
  const compose = partly<ComposeCli>({
    stop: (_target, services) => {
      calls.push(`stop ${services.join(' ')}`);
      return Promise.resolve(ok(undefined));
    },
    create: async (_target, { services, signal: told, onCreated, ...way }) => {
      const volumes = way.renewUnnamedVolumes === true ? ' with new volumes' : '';
      calls.push(`create ${services.join(' ')}${way.forceRecreate ? ' anew' : ''}${volumes}`);
      for (const container of options.created ?? []) onCreated?.(container);
      await options.rest;
      if (options.broken === 'hangs') {
        await new Promise((resolve) => told?.addEventListener('abort', resolve));
        await clock.sleep(100);
        return fail(INTERRUPTED);
      }
      if (services.length === 1 && services[0] !== options.broken && (options.taken ?? 0) > 0) {
        options.taken = (options.taken ?? 0) - 1;
        const why =
          'Conflict. The container name "/0_shop-db-1" is already in use by container "x"';
        return fail({ reason: 'service', what: 'docker compose up failed (exit 1)', why });
      }
      const isBroken = services.includes(options.broken ?? '');
      return isBroken ? fail({ reason: 'service', what: 'no such image' }) : ok(undefined);
    },
    start: (_target, services) => {
      calls.push(`compose start ${services.join(' ')}`);
      return Promise.resolve(ok(undefined));
    },
  });
  const orchestrator = composeOrchestrator({
    engine: () => Promise.resolve(engine),
    compose: () => Promise.resolve(compose),
    clock,
  });
  const rollout = await orchestrator.begin(
    {
      ...{
        target: TARGET,
        awaited: options.awaited ?? [anAwaitedService('api')],
        timeoutMs: 5_000,
      },
      links: new Map(options.links),
      asPerson: { services: new Set(['mine']), account: { uid: 1234, gid: 56 } },
    },
    { report: () => undefined, signal },
  );
  return { rollout, calls, clock, interrupt };
}

describe('what is done to services', () => {
  it('is made at once as far as it is asked for at once', async () => {
    const { rollout, calls } = await bench();
    const made = await Promise.all([
      rollout.submit({ kind: 'create', service: 'db' }),
      rollout.submit({ kind: 'recreate', service: 'api' }),
      rollout.submit({ kind: 'scale', service: 'worker' }),
    ]);
    expect(made).toEqual([ok(undefined), ok(undefined), ok(undefined)]);
    expect(calls).toEqual(['create db api anew', 'create worker']);
  });

  it('gets other volumes without a name where they showed the image before', async () => {
    const { rollout, calls } = await bench();
    const renewed = [{ name: 'a1', target: '/app/node_modules' }];
    const made = await Promise.all([
      rollout.submit({ kind: 'recreate', service: 'web', renewed }),
      rollout.submit({ kind: 'recreate', service: 'api' }),
    ]);
    expect(made).toEqual([ok(undefined), ok(undefined)]);
    const web = ['create web anew with new volumes', 'remove volume a1'];
    expect(calls).toEqual(['create api anew', ...web]);
  });

  it('keeps its containers when a network is made anew: others take over what they have', async () => {
    const { rollout, calls } = await bench();
    const services = ['db', 'api'];
    await rollout.submit({
      kind: 'recreate-network',
      network: 'back',
      name: 'shop_back',
      services,
    });
    const letGo = ['disconnect shop_back shell', 'remove network shop_back'];
    expect(calls).toEqual(['stop db api', ...letGo]);
  });

  it('goes on with a container that is whole while Compose still makes others', async () => {
    let finish = (): void => undefined;
    const rest = new Promise<void>((resolve) => (finish = resolve));
    const awaited = [
      anAwaitedService('db'),
      anAwaitedService('two', { replicas: 2 }),
      anAwaitedService('api'),
    ];
    const created = ['shop-db-1', 'shop-two-1', 'other-api-1'];
    const { rollout, calls } = await bench({ awaited, created, rest, broken: 'api' });
    const over: string[] = [];
    const making = ['db', 'two', 'api'].map(async (service) => {
      const made = await rollout.submit({ kind: 'create', service });
      over.push(`${service} ${made.ok ? 'made' : 'not made'}`);
    });
    await making[0];
    expect(over).toEqual(['db made']);
    finish();
    await Promise.all(making);
    expect(over[0]).toBe('db made');
    expect(over.toSorted()).toEqual(['api not made', 'db made', 'two made']);
    // What is there already is not asked for again because another one failed.
    expect(calls).toEqual(['create db two api', 'create two', 'create api']);
  });

  it('takes away what Compose broke off because another could not be made, and makes it again', async () => {
    const interim = {
      ...{ id: 'half', name: '0123456789ab_shop-db-1', state: 'created' as const },
      labels: { 'com.docker.compose.replace': '0123456789ab' },
    };
    const containers = [
      aContainer('db'),
      aContainer('db', interim),
      // Of a service that is not made here.
      aContainer('other', { ...interim, id: 'theirs', name: '0123456789ab_shop-other-1' }),
      aContainer('other'),
    ];
    const { rollout, calls } = await bench({ containers, broken: 'api', taken: 1 });
    const [db, api] = await Promise.all([
      rollout.submit({ kind: 'recreate', service: 'db' }),
      rollout.submit({ kind: 'recreate', service: 'api' }),
    ]);
    expect(db).toEqual(ok(undefined));
    expect(api.ok).toBe(false);
    expect(calls).toEqual([
      'create db api anew',
      'remove half',
      // It was at making one still.
      ...['create db anew', 'create db anew', 'create api anew'],
    ]);
  });

  it('waits for the end where one takes the place of another', async () => {
    let finish = (): void => undefined;
    const rest = new Promise<void>((resolve) => (finish = resolve));
    const { rollout } = await bench({ created: ['shop-api-1'], rest });
    let isMade = false;
    const making = rollout.submit({ kind: 'recreate', service: 'api' }).then(() => (isMade = true));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isMade).toBe(false);
    finish();
    await making;
    expect(isMade).toBe(true);
  });

  it('names the person in her own containers before their first start, and only then', async () => {
    const one = (service: string, state: 'created' | 'exited') =>
      aContainer(service, { id: `${service}-${state}`, state });
    const containers = [one('mine', 'created'), one('mine', 'exited'), one('db', 'created')];
    const { rollout, calls } = await bench({ containers });
    await rollout.submit({ kind: 'start', service: 'mine' });
    await rollout.submit({ kind: 'start', service: 'db' });
    expect(calls.toSorted()).toEqual([
      'name mine-created 1234:56',
      'start db-created',
      'start mine-created',
      'start mine-exited',
      'volumes mine-created 1234:56',
    ]);
    expect(calls.indexOf('name mine-created 1234:56')).toBeLessThan(
      calls.indexOf('start mine-created'),
    );
  });

  it('gives her the volumes as soon as they are made, once: others may write to them first', async () => {
    const { rollout, calls } = await bench({
      containers: [aContainer('mine', { id: 'one', state: 'created' })],
    });
    await rollout.submit({ kind: 'create', service: 'mine' });
    const given = ['name one 1234:56', 'volumes one 1234:56'];
    expect(calls).toEqual(['create mine', ...given]);
    await rollout.submit({ kind: 'start', service: 'mine' });
    expect(calls).toEqual(['create mine', ...given, 'start one']);
  });

  it('makes all others when one cannot be made', async () => {
    const { rollout, calls } = await bench({ broken: 'bad' });
    const [db, bad] = await Promise.all([
      rollout.submit({ kind: 'create', service: 'db' }),
      rollout.submit({ kind: 'create', service: 'bad' }),
    ]);
    expect(db).toEqual(ok(undefined));
    expect(bad).toMatchObject({ failure: { what: 'no such image' } });
    expect(calls).toEqual(['create db bad', 'create db', 'create bad']);
  });

  it('is over only when Compose is, also when it is interrupted', async () => {
    const { rollout, clock, interrupt } = await bench({ broken: 'hangs' });
    let isOver = false;
    const making = rollout.submit({ kind: 'create', service: 'db' }).finally(() => (isOver = true));
    await clock.advance(10);
    interrupt.abort();
    await clock.advance(50);
    expect(isOver).toBe(false);
    await clock.advance(100);
    expect(await making).toEqual(fail(INTERRUPTED));
  });

  it('starts the containers that do not run, all of them', async () => {
    const { rollout, calls } = await bench({
      containers: [
        aContainer('api', { id: 'one', state: 'created' }),
        aContainer('api', { id: 'two', state: 'exited' }),
        aContainer('api', { id: 'three' }),
        aContainer('api', { id: 'four', state: 'exited', oneOff: true }),
        aContainer('db', { id: 'five', state: 'created' }),
      ],
    });
    expect(await rollout.submit({ kind: 'start', service: 'api' })).toEqual(ok(undefined));
    expect(calls).toEqual(['start one', 'start two']);
  });

  it('does not wait as long as the engine for one that ended again and again', async () => {
    const containers = [
      aContainer('api', { id: 'one', state: 'restarting' }),
      aContainer('api', { id: 'two', state: 'exited' }),
    ];
    const ours = await bench({ containers });
    await ours.rollout.submit({ kind: 'start', service: 'api' });
    expect(ours.calls).toEqual(['restart one', 'start two']);
    const composes = await bench({
      containers,
      links: [['api', links({ startedByCompose: true })]],
    });
    await composes.rollout.submit({ kind: 'start', service: 'api' });
    expect(composes.calls).toEqual(['restart one', 'compose start api']);
  });

  it('has Compose start what only Compose can', async () => {
    const { rollout, calls } = await bench({ links: [['api', links({ startedByCompose: true })]] });
    await rollout.submit({ kind: 'start', service: 'api' });
    expect(calls).toEqual(['compose start api']);
  });

  it('lets a paused container go on by itself, as Compose refuses to start it', async () => {
    const { rollout, calls } = await bench({
      containers: [
        aContainer('api', { id: 'one', state: 'paused' }),
        aContainer('api', { id: 'two', state: 'exited' }),
      ],
      links: [['api', links({ startedByCompose: true })]],
    });
    expect(await rollout.submit({ kind: 'start', service: 'api' })).toEqual(ok(undefined));
    expect(calls).toEqual(['start one', 'compose start api']);
  });

  it('makes a container anew that the engine lost when it was killed, and no other', async () => {
    const containers = [aContainer('api', { id: 'one', state: 'exited' })];
    const lost = 'failed to create task for container: task 4f1c already exists: unknown';
    const mended = await bench({ containers, refusal: lost });
    expect(await mended.rollout.submit({ kind: 'start', service: 'api' })).toEqual(ok(undefined));
    expect(mended.calls).toEqual(['start one', 'create api anew', 'start one']);
    const refused = await bench({ containers, refusal: 'exec: "nothing": not found' });
    expect(await refused.rollout.submit({ kind: 'start', service: 'api' })).toMatchObject({
      ok: false,
    });
    expect(refused.calls).toEqual(['start one']);
  });

  it('gives up waiting for what never gets ready, and says so', async () => {
    const { rollout, clock } = await bench();
    const waiting = rollout.follow('api');
    await clock.advance(6_000);
    expect(await waiting).toMatchObject({ failure: { what: 'api did not start' } });
  });
});
