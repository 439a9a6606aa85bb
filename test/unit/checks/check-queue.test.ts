import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceQueue, EMPTY_QUEUE } from '../../../src/checks/check-queue.ts';
import type {
  Queue,
  QueueEffect,
  QueueInput,
  QueueModule,
} from '../../../src/checks/check-queue.ts';
import type { CheckOutcome } from '../../../src/model/check-result.ts';
import type { CheckKind } from '../../../src/model/checks.ts';
import { usedBy } from '../../../src/model/uses.ts';
import { affectedModules } from '../../../src/watch/affected.ts';

const ALL = ['compile', 'test', 'lint'] as const;
const SHOP: readonly QueueModule[] = [
  { name: 'api', uses: ['common'], checks: ALL },
  { name: 'worker', uses: ['common'], checks: ALL },
  { name: 'common', uses: [], checks: ALL },
  { name: 'pricing', uses: [], checks: ['test', 'lint'] },
];

/** A queue in a test's hands: what it did, one line an effect, is read with `told`. */
class Desk {
  queue: Queue = EMPTY_QUEUE;
  effects: QueueEffect[] = [];

  constructor(modules: readonly QueueModule[] = SHOP, limit = 8) {
    this.give({ kind: 'defined', modules, limit });
  }

  give(input: QueueInput): this {
    const { queue, effects } = advanceQueue(this.queue, input);
    this.queue = queue;
    this.effects.push(...effects);
    return this;
  }

  save(save: number, modules: readonly string[], own = modules): this {
    return this.give({ kind: 'asked', save, modules, own: new Set(own) });
  }

  end(name: string, outcome: CheckOutcome | 'lost' = 'passed'): this {
    const task = this.queue.tasks.find(
      (one) => `${one.module}.${one.check}` === name && one.state !== 'waiting',
    );
    if (task === undefined) throw new Error(`${name} does not run`);
    return this.give({ kind: 'ended', run: task.run, outcome });
  }

  /** What happened since it was last asked for; queued tasks left out. */
  told(): readonly string[] {
    const told = this.effects.flatMap((effect) => {
      if (effect.kind === 'queued') return [];
      if (effect.kind === 'settled') {
        return [`settled #${effect.save} ${effect.passed}/${effect.failed}/${effect.cancelled}`];
      }
      const { module, check, save } = effect.task;
      const why =
        effect.kind === 'cancelled' ? ` ${effect.reason}${effect.by ? ` #${effect.by}` : ''}` : '';
      return [`${effect.kind} ${module}.${check} #${save}${why}`];
    });
    this.effects = [];
    return told;
  }
}

describe('the order of checks', () => {
  it('compiles, then tests and lints side by side; dependants after what they use', () => {
    const desk = new Desk().save(1, ['common', 'api', 'worker'], ['common']);
    expect(desk.told()).toEqual(['start common.compile #1']);
    expect(desk.end('common.compile').told()).toEqual([
      'start common.test #1',
      'start common.lint #1',
      'start api.compile #1',
      'start worker.compile #1',
    ]);
    expect(desk.end('api.compile').told()).toEqual(['start api.test #1', 'start api.lint #1']);
    for (const name of ['common.test', 'common.lint', 'worker.compile']) desk.end(name);
    for (const name of ['api.test', 'api.lint', 'worker.test']) desk.end(name);
    expect(desk.end('worker.lint', 'failed').told()).toEqual([
      'start worker.test #1',
      'start worker.lint #1',
      'settled #1 8/1/0',
    ]);
  });

  it('starts the checks of a module without compile at once', () => {
    expect(new Desk().save(1, ['pricing']).told()).toEqual([
      'start pricing.test #1',
      'start pricing.lint #1',
    ]);
  });

  it('runs no more at once than the limit', () => {
    const desk = new Desk(SHOP, 2).save(1, ['pricing', 'common']);
    expect(desk.told()).toEqual(['start common.compile #1', 'start pricing.test #1']);
    expect(desk.end('pricing.test').told()).toEqual(['start pricing.lint #1']);
  });

  it('runs only the checks that were asked for, without waiting for others', () => {
    const desk = new Desk().give({
      kind: 'asked',
      save: 1,
      modules: ['api'],
      own: new Set(['api']),
      only: new Map([['api', new Set(['test'] as const)]]),
    });
    expect(desk.told()).toEqual(['start api.test #1']);
  });

  it('settles at once what nobody has to check', () => {
    expect(new Desk([]).save(1, ['gone']).told()).toEqual(['settled #1 0/0/0']);
  });
});

describe('a failed compile', () => {
  it('spares the tests and what depends on it, and still lints what changed', () => {
    const desk = new Desk().save(1, ['common', 'api'], ['common']);
    desk.end('common.compile', 'failed');
    expect(desk.told()).toEqual([
      'start common.compile #1',
      'cancelled common.test #1 dependency-failed',
      'cancelled api.compile #1 dependency-failed',
      'cancelled api.test #1 dependency-failed',
      'cancelled api.lint #1 dependency-failed',
      'start common.lint #1',
    ]);
    expect(desk.end('common.lint').told()).toEqual(['settled #1 1/1/4']);
  });

  it('lints a dependant whose own files changed as well', () => {
    const desk = new Desk().save(1, ['common', 'api']);
    desk.end('common.compile', 'timed-out').told();
    expect(desk.queue.tasks.map((task) => `${task.module}.${task.check}`)).toEqual([
      'common.lint',
      'api.lint',
    ]);
  });
});

describe('a newer save', () => {
  it('stops what it overtakes and starts anew once that is gone', () => {
    const desk = new Desk().save(1, ['api']);
    desk.told();
    expect(desk.save(2, ['api']).told()).toEqual([
      'stop api.compile #1',
      'cancelled api.test #1 overtaken #2',
      'cancelled api.lint #1 overtaken #2',
    ]);
    expect(desk.end('api.compile').told()).toEqual([
      'cancelled api.compile #1 overtaken #2',
      'start api.compile #2',
      'settled #1 0/0/3',
    ]);
  });

  it('leaves alone what it does not touch', () => {
    const desk = new Desk().save(1, ['common', 'api', 'worker'], ['common']);
    desk.end('common.compile').told();
    expect(desk.save(2, ['api']).told()).toEqual([
      'stop api.compile #1',
      'cancelled api.test #1 overtaken #2',
      'cancelled api.lint #1 overtaken #2',
    ]);
    expect(
      desk.queue.tasks.filter((task) => task.save === 1 && task.state === 'running'),
    ).toHaveLength(3);
  });

  it('waits for the compile of what it uses, though that belongs to an older save', () => {
    const desk = new Desk().save(1, ['common', 'api', 'worker'], ['common']).save(2, ['api']);
    desk.told();
    expect(desk.end('common.compile').told()).toContain('start api.compile #2');
  });

  it('wins, however many came before it', () => {
    const desk = new Desk().save(1, ['api']);
    for (let save = 2; save <= 20; save += 1) desk.save(save, ['api']);
    desk.told();
    desk.end('api.compile');
    expect(desk.told()).toContain('start api.compile #20');
  });
});

describe('ends from outside', () => {
  it('cancels what the settings want no more', () => {
    const desk = new Desk().save(1, ['pricing']);
    desk.told();
    desk.give({
      kind: 'defined',
      modules: [{ name: 'pricing', uses: [], checks: ['lint'] }],
      limit: 8,
    });
    expect(desk.told()).toEqual(['stop pricing.test #1']);
    expect(desk.end('pricing.test').told()).toEqual(['cancelled pricing.test #1 settings']);
  });

  it('calls a check whose container went cancelled, not failed', () => {
    const desk = new Desk().save(1, ['pricing']);
    desk.told();
    expect(desk.end('pricing.test', 'lost').told()).toEqual([
      'cancelled pricing.test #1 container',
    ]);
  });

  it('cancels everything', () => {
    const desk = new Desk().save(1, ['pricing']).give({ kind: 'cancel', reason: 'stopping' });
    desk.end('pricing.test').end('pricing.lint');
    expect(desk.told().at(-1)).toBe('settled #1 0/0/2');
    expect(desk.queue.tasks).toEqual([]);
  });
});

describe('any sequence of saves and ends', () => {
  const inputs = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('save' as const),
        modules: fc.subarray(
          SHOP.map((m) => m.name),
          { minLength: 1 },
        ),
      }),
      fc.record({
        kind: fc.constant('end' as const),
        pick: fc.nat(),
        outcome: fc.constantFrom<CheckOutcome | 'lost'>('passed', 'failed', 'lost'),
      }),
    ),
    { maxLength: 40 },
  );

  it('never runs a check beside itself, beside a compile that it needs, or past the limit; and loses none', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        const desk = new Desk(SHOP, limit);
        let save = 0;
        const finishOne = (pick: number, outcome: CheckOutcome | 'lost'): boolean => {
          const busy = desk.queue.tasks.filter((task) => task.state !== 'waiting');
          const task = busy[pick % Math.max(1, busy.length)];
          if (task === undefined) return false;
          desk.give({ kind: 'ended', run: task.run, outcome });
          return true;
        };
        const check = (): void => {
          const busy = desk.queue.tasks.filter((task) => task.state !== 'waiting');
          expect(busy.length).toBeLessThanOrEqual(limit);
          for (const task of busy) {
            const uses = usedBy(SHOP, task.module);
            for (const other of busy) {
              if (other === task) continue;
              expect(`${other.module}.${other.check}`).not.toBe(`${task.module}.${task.check}`);
              if (
                task.state === 'running' &&
                other.state === 'running' &&
                other.check === 'compile'
              ) {
                expect(other.module === task.module || uses.has(other.module)).toBe(false);
              }
            }
          }
        };
        for (const step of steps) {
          if (step.kind === 'save') {
            const affected = affectedModules(SHOP, new Set(step.modules));
            desk.save((save += 1), affected, step.modules);
          } else finishOne(step.pick, step.outcome);
          check();
        }
        // Whatever is left runs to its end: nothing waits for ever.
        while (finishOne(0, 'passed')) check();
        expect(desk.queue.tasks).toEqual([]);
        expect(desk.queue.tallies.size).toBe(0);
        const settled = desk.effects.flatMap((one) => (one.kind === 'settled' ? [one.save] : []));
        expect([...settled].sort((one, other) => one - other)).toEqual(
          Array.from({ length: save }, (_, index) => index + 1),
        );
      }),
    );
  });
});

describe('any sequence of saves, ends, switches and cancellations', () => {
  const names = SHOP.map(({ name }) => name);
  const kinds = fc.subarray([...ALL], { minLength: 1 });
  const inputs = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ save: fc.subarray(names, { minLength: 1 }) }) },
      {
        weight: 6,
        arbitrary: fc.record({
          end: fc.nat(),
          outcome: fc.constantFrom<CheckOutcome | 'lost'>('passed', 'passed', 'failed', 'lost'),
        }),
      },
      { weight: 1, arbitrary: fc.record({ request: fc.constantFrom(...names), only: kinds }) },
      {
        weight: 1,
        arbitrary: fc.record({ wanted: fc.array(kinds, { minLength: 4, maxLength: 4 }) }),
      },
      { weight: 1, arbitrary: fc.record({ cancel: fc.subarray(names, { minLength: 1 }) }) },
    ),
    { maxLength: 60 },
  );

  /** What became of the newest wish for each check, by nothing but what the queue says. */
  function newestWishes(effects: readonly QueueEffect[], ended: ReadonlyMap<number, CheckOutcome>) {
    const wishes = new Map<string, { save: number; fate: string }>();
    for (const effect of effects) {
      if (effect.kind === 'settled') continue;
      const { run, module, check, save } = effect.task;
      const key = `${module}.${check}`;
      if (effect.kind === 'queued') wishes.set(key, { save, fate: 'open' });
      const wish = wishes.get(key);
      if (effect.kind === 'cancelled' && wish?.save === save) wish.fate = effect.reason;
      if (effect.kind === 'start' && wish?.save === save) wish.fate = ended.get(run) ?? 'running';
    }
    return wishes;
  }

  it('ends with a result of the newest save for each check, or says why there is none', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        let modules = SHOP;
        const desk = new Desk(modules, limit);
        const asked = new Map<string, number>();
        const ended = new Map<number, CheckOutcome>();
        let save = 0;
        const ask = (
          whom: readonly string[],
          own: readonly string[],
          only?: readonly CheckKind[],
        ) => {
          save += 1;
          for (const { name, checks } of modules) {
            for (const check of checks) {
              if (whom.includes(name) && (only?.includes(check) ?? true)) {
                asked.set(`${name}.${check}`, save);
              }
            }
          }
          const meant = only && { only: new Map(whom.map((name) => [name, new Set(only)])) };
          desk.give({ kind: 'asked', save, modules: whom, own: new Set(own), ...meant });
        };
        const endOne = (pick: number, outcome: CheckOutcome | 'lost'): boolean => {
          const busy = desk.queue.tasks.filter((task) => task.state !== 'waiting');
          const task = busy[pick % Math.max(1, busy.length)];
          if (task === undefined) return false;
          if (outcome !== 'lost' && task.state === 'running') ended.set(task.run, outcome);
          desk.give({ kind: 'ended', run: task.run, outcome });
          return true;
        };
        for (const step of steps) {
          if ('save' in step) ask(affectedModules(modules, new Set(step.save)), step.save);
          else if ('end' in step) endOne(step.end, step.outcome);
          else if ('request' in step) ask([step.request], [step.request], step.only);
          else if ('wanted' in step) {
            modules = SHOP.map((module, index) => ({
              ...module,
              checks: module.checks.filter((kind) => step.wanted[index]?.includes(kind)),
            }));
            desk.give({ kind: 'defined', modules, limit });
          } else {
            desk.give({ kind: 'cancel', modules: new Set(step.cancel), reason: 'stopping' });
          }
        }
        while (endOne(0, 'passed'));
        const wishes = newestWishes(desk.effects, ended);
        for (const [key, newest] of asked) {
          const wish = wishes.get(key);
          expect(wish?.save, key).toBe(newest);
          // Never overtaken by nothing, and never still open.
          expect(wish?.fate, key).toMatch(
            /^(?:passed|failed|dependency-failed|settings|stopping|container)$/,
          );
        }
        // What was held up, was held up by a compile that failed.
        const fates = [...wishes.values()].map(({ fate }) => fate);
        if (fates.includes('dependency-failed')) expect([...ended.values()]).toContain('failed');
      }),
      { numRuns: 300 },
    );
  });
});
