import { describe, expect, it } from 'vitest';
import { planUp, type PlanRequest } from '../../../src/plan/plan.ts';
import { planText } from '../../../src/plan/step.ts';
import { aTask, aDesiredService } from '../../support/containers.ts';
import { graphOf } from '../../support/plans.ts';

function plan(overrides: Partial<PlanRequest>): string {
  return planText(
    graphOf({
      ...planUp({
        desired: [],
        running: [],
        imageIds: new Map([['onestack/node:abc', 'sha256:1']]),
        networks: [],
        newImages: new Map(),
        only: undefined,
        recreate: 'none',
        resetData: 'none',
        switchedOff: new Set(),
        profilesOff: new Set(),
        ...overrides,
      }),
    }),
  );
}

describe('planUp', () => {
  it('has nothing to do when everything runs as desired', () => {
    expect(plan({ desired: [aDesiredService('api')], running: [aTask('api')] })).toBe(
      'nothing to do\n',
    );
  });

  it('creates what is missing, in the order given', () => {
    expect(plan({ desired: [aDesiredService('db'), aDesiredService('api')] })).toBe(
      'create db: no container yet\ncreate api: no container yet\n',
    );
  });

  it('takes away what a killed one left, before anything gets its name', () => {
    const left = aTask('api', {
      ...{ id: 'left', name: '0123456789ab_shop-api-1', state: 'created' },
      leftBehind: 'it was being made anew when that was killed',
    });
    const stopped = aTask('db', { state: 'created', status: 'Created' });
    const desired = [aDesiredService('db'), aDesiredService('api')];
    expect(plan({ desired, running: [left, aTask('api'), stopped] })).toBe(
      'remove api: it was being made anew when that was killed\n' +
        'recreate db: it was made, and never started\n',
    );
  });

  it('recreates on a changed definition and says what changed', () => {
    const changed = aDesiredService('api', {
      hash: 'new',
      changes: ['compose/dev.yaml:14 changed ports'],
    });
    expect(plan({ desired: [changed], running: [aTask('api')] })).toBe(
      'recreate api: compose/dev.yaml:14 changed ports\n',
    );
  });

  it('recreates a container whose image was rebuilt under the same name', () => {
    const running = [aTask('api', { imageId: 'sha256:0' })];
    expect(plan({ desired: [aDesiredService('api')], running })).toBe(
      'recreate api: its image was rebuilt\n',
    );
  });

  it('recreates on a changed file that the container mounts, and names it', () => {
    const files = 'profiles/dev/nginx.conf=aa proxy/shop.conf=bb';
    const labels = {
      'dev.onestack.service-hash': 'hash-proxy',
      'dev.onestack.files': 'profiles/dev/nginx.conf=aa proxy/shop.conf=cc',
    };
    const running = [aTask('proxy', { labels })];
    expect(plan({ desired: [aDesiredService('proxy', { files })], running })).toBe(
      'recreate proxy: proxy/shop.conf changed\n',
    );
  });

  it('recreates what holds another credential', () => {
    const files = 'credential:db-password=t2';
    const labels = {
      'dev.onestack.service-hash': 'hash-db',
      'dev.onestack.files': 'credential:db-password=t1',
    };
    const running = [aTask('db', { labels })];
    expect(plan({ desired: [aDesiredService('db', { files })], running })).toBe(
      'recreate db: its credential db-password is a new one\n',
    );
  });

  it('starts a stopped container with the reason that the engine gives', () => {
    const stopped = aTask('api', { state: 'exited', status: 'Exited (137) 5 minutes ago' });
    expect(plan({ desired: [aDesiredService('api')], running: [stopped] })).toBe(
      'start api: exited (137) 5 minutes ago\n',
    );
    const loop = { state: 'restarting', status: 'Restarting (3) 40 seconds ago' } as const;
    const looping = aTask('api', { ...loop, restartCount: 11 });
    expect(plan({ desired: [aDesiredService('api')], running: [looping] })).toBe(
      'start api: it ended again and again, was started 12 times; restarting (3) 40 seconds ago\n',
    );
  });

  it('leaves a one-shot service alone that ended well, and starts one that did not', () => {
    const migrate = aDesiredService('migrate', { oneShot: true });
    const ended = (code: number) =>
      aTask('migrate', { state: 'exited', status: `Exited (${String(code)}) 1 second ago` });
    expect(plan({ desired: [migrate], running: [ended(0)] })).toBe('nothing to do\n');
    expect(plan({ desired: [migrate], running: [ended(1)] })).toBe(
      'start migrate: exited (1) 1 second ago\n',
    );
  });

  it('removes what is no longer defined or is switched off, but no one-off container', () => {
    const running = [aTask('old'), aTask('worker'), aTask('x', { oneOff: true })];
    expect(plan({ running, switchedOff: new Set(['worker']) })).toBe(
      'remove old: no longer in the definition\nremove worker: switched off in dev.settings.yaml\n',
    );
  });

  it('brings only the named services and what they depend on', () => {
    const desired = [
      aDesiredService('db'),
      aDesiredService('api', { dependsOn: ['db'] }),
      aDesiredService('worker', { dependsOn: ['db'] }),
    ];
    expect(plan({ desired, only: new Set(['api']) })).toBe(
      'create db: no container yet\ncreate api: no container yet\n',
    );
  });

  it('resets data only of services that have some, and recreates their container', () => {
    const desired = [aDesiredService('db', { dataVolumes: ['shop_db'] }), aDesiredService('api')];
    const running = [aTask('db'), aTask('api')];
    expect(plan({ desired, running, resetData: 'all' })).toBe(
      'reset data of db (shop_db): asked for\nrecreate db: its data is new\n',
    );
  });

  it('scales to the desired number of containers', () => {
    expect(
      plan({ desired: [aDesiredService('api', { replicas: 3 })], running: [aTask('api')] }),
    ).toBe('scale api: 1→3 containers\n');
  });

  describe('of services that share something', () => {
    const pause = aDesiredService('pause');
    const web = aDesiredService('web', {
      joins: new Map([['pause', 'network']]),
      dependsOn: ['pause'],
    });
    const shell = aDesiredService('shell', {
      joins: new Map([['web', 'processes']]),
      dependsOn: ['web'],
    });
    const desired = [pause, web, shell];
    const all = [aTask('pause'), aTask('web'), aTask('shell')];
    const OTHER = { 'dev.onestack.service-hash': 'other' };

    it('makes them anew with the one that they share it with, however far', () => {
      const running = [aTask('pause', { labels: OTHER }), ...all.slice(1)];
      const expected =
        'recreate pause: its definition changed\n' +
        'recreate web: it shares the network of pause, which is made anew\n' +
        'recreate shell: it shares the processes of web, which is made anew\n';
      expect(plan({ desired, running })).toBe(expected);
      // Nobody named the others.
      expect(plan({ desired, running, only: new Set(['pause']) })).toBe(expected);
      expect(plan({ desired, running: all, recreate: new Set(['pause']) })).toBe(
        expected.replace('its definition changed', 'asked for'),
      );
    });

    it('leaves out those that do not run when another one is named', () => {
      const running = [aTask('pause', { labels: OTHER })];
      expect(plan({ desired, running, only: new Set(['pause']) })).toBe(
        'recreate pause: its definition changed\n',
      );
    });

    it('makes them anew when the other one was stopped, and for volumes does not', () => {
      const stopped = aTask('pause', { state: 'exited', status: 'Exited (0)' });
      const running = [stopped, aTask('web')];
      expect(plan({ desired: [pause, web], running })).toBe(
        'start pause: exited (0)\n' +
          'recreate web: it shares the network of pause, which is started again\n',
      );
      const reader = aDesiredService('web', { joins: new Map([['pause', 'volumes']]) });
      expect(plan({ desired: [pause, reader], running })).toBe('start pause: exited (0)\n');
    });

    it('finds what a killed one left: a container older than the one that it shares with', () => {
      const running = [aTask('pause', { createdAtMs: 2000 }), aTask('web')];
      expect(plan({ desired: [pause, web], running })).toBe(
        'recreate web: it shares the network of an earlier pause\n',
      );
      // Scaling adds younger ones, and takes nothing away.
      const second = aTask('pause', { id: 'second', createdAtMs: 2000 });
      const scaled = [aTask('pause'), second, aTask('web')];
      expect(plan({ desired: [{ ...pause, replicas: 2 }, web], running: scaled })).toBe(
        'nothing to do\n',
      );
    });

    it('finds that the other one was started again since, by whomever', () => {
      const started = (webAtMs: number) => [
        aTask('pause', { startedAtMs: 5 }),
        aTask('web', { startedAtMs: webAtMs }),
      ];
      expect(plan({ desired: [pause, web], running: started(4) })).toBe(
        'recreate web: it shares the network of pause, which was started again\n',
      );
      expect(plan({ desired: [pause, web], running: started(5) })).toBe('nothing to do\n');
    });

    it('starts those again that ask for it', () => {
      const linked = aDesiredService('web', { restartsWith: ['pause'], dependsOn: ['pause'] });
      const running = [aTask('pause', { labels: OTHER }), aTask('web')];
      expect(plan({ desired: [pause, linked], running })).toBe(
        'recreate pause: its definition changed\nrecreate web: pause is made anew\n',
      );
    });
  });
});
