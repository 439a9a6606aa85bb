import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import { createEventBus } from '../../../src/session/event-bus.ts';
import type { KindOf } from '../../../src/session/sync-batch.ts';
import { createSyncLoop } from '../../../src/session/sync-loop.ts';
import type {
  ContainerDetail,
  ContainerState,
  CopiedFile,
  Execution,
} from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { fail, ok } from '../../../src/util/result.ts';
import type { SyncRule } from '../../../src/watch/sync-rules.ts';
import { aContainer } from '../../support/containers.ts';

import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const RULE: SyncRule = {
  ...{ service: 'web', action: 'sync', path: '/p/src', target: '/app' },
  ...{ ignore: [], include: [], initialSync: false, restartsWith: [] },
};

/** A session with one container of `web`, and what it is asked for. */
function aLoop() {
  const world = {
    state: 'running' as ContainerState,
    /** Files that the engine refuses, by their place in the container. */
    refused: new Map<string, Failure>(),
    kinds: new Map<string, ReturnType<KindOf>>(),
    copied: [] as string[],
    commands: [] as string[],
    events: [] as string[],
  };
  const refusal = (files: readonly CopiedFile[]): Failure | undefined =>
    files.flatMap(({ to }) => world.refused.get(to) ?? [])[0];
  const engine = partly<Engine>({
    containers: () => Promise.resolve(ok([{ ...aContainer('web'), state: world.state }])),
    inspect: () => Promise.resolve(ok(partly<ContainerDetail>({ user: '' }))),
    copyInto: (_id, files) => {
      const failure = refusal(files);
      if (failure === undefined) world.copied.push(...files.map(({ to }) => to));
      return Promise.resolve(failure === undefined ? ok(undefined) : fail(failure));
    },
    exec: (_id, { argv }) => {
      world.commands.push(argv.join(' '));
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      return Promise.resolve(ok(partly<Execution>({ stdout, stderr, exited: Promise.resolve(0) })));
    },
  });
  const clock = new VirtualClock(1_000_000);
  const bus = createEventBus(clock);
  bus.subscribe((event) => {
    if (event.kind === 'sync-finished') {
      world.events.push(`${event.failure === undefined ? 'done' : 'failed'} ${event.paths.join()}`);
    }
  });
  const loop = createSyncLoop({
    ...{ engine, clock, bus, instance: 'x', root: '/p' },
    kindOf: (path) => world.kinds.get(path) ?? 'file',
    filesIn: () => Promise.resolve([]),
    explain: () => undefined,
    mayStart: () => Promise.resolve(ok(undefined)),
    exclusively: (run) => run(),
    rebuild: () => Promise.resolve(ok(undefined)),
    signal: new AbortController().signal,
  });
  loop.define({ rules: [RULE], idle: [] });
  const change = async (...paths: readonly string[]): Promise<void> => {
    loop.changed(paths.map((path) => `/p/src/${path}`));
    await loop.idle();
  };
  const problems = (): number => bus.state.problems.length;
  return { world, loop, change, problems };
}

const REFUSED: Failure = { reason: 'service', what: 'the engine could not copy', why: 'busy' };
const SILENT: Failure = { reason: 'no-engine', what: 'no Docker engine answers', why: 'EPIPE' };

describe('files that are synced', () => {
  it('make room for a folder in a file’s place, though nothing is in it', async () => {
    const { world, change } = aLoop();
    world.kinds.set('/p/src/c', 'directory');
    await change('c');
    expect(world.commands).toEqual(['rm -f -- /app/c']);
  });

  it.each([REFUSED, SILENT])(
    'get there though one beside them cannot: $reason',
    async (refused) => {
      const { world, change, problems } = aLoop();
      world.refused.set('/app/bad', refused);
      await change('bad', 'good');
      expect(world.copied).toEqual(['/app/good']);
      expect(problems()).toBe(1);
    },
  );

  it('are tried again with the next change, and told until they are there', async () => {
    const { world, change, problems } = aLoop();
    world.refused.set('/app/bad', REFUSED);
    await change('bad');
    await change('good');
    expect(problems()).toBe(1);
    expect(world.copied).toEqual(['/app/good']);
    world.refused.clear();
    await change('good');
    expect(world.copied.slice(1).sort()).toEqual(['/app/bad', '/app/good']);
    expect(problems()).toBe(0);
    await change('good');
    expect(world.events).toEqual([
      'failed src/bad',
      'failed src/bad,src/good',
      'done src/bad,src/good',
      'done src/good',
    ]);
  });

  it('catch up in a container that did not run', async () => {
    const { world, loop, change, problems } = aLoop();
    loop.started('web', aContainer('web').id);
    world.state = 'exited';
    world.kinds.set('/p/src/c', 'directory');
    world.refused.set('/app/c/f', REFUSED);
    await change('c', 'c/f');
    expect(world.commands).toEqual([]);
    world.state = 'running';
    world.refused.clear();
    loop.started('web', aContainer('web').id);
    await new Promise((done) => setTimeout(done, 5));
    await loop.idle();
    expect(world.commands).toEqual(['rm -rf -- /app/c']);
    expect(world.copied).toEqual(['/app/c/f']);
    expect(problems()).toBe(0);
  });

  it('are in a container that is made anew, as far as they are still there', async () => {
    const { world, loop, change } = aLoop();
    loop.started('web', 'first');
    await change('a', 'b');
    world.kinds.set('/p/src/b', 'gone');
    await change('b');
    world.copied.length = 0;
    loop.started('web', 'second');
    await new Promise((done) => setTimeout(done, 5));
    await loop.idle();
    expect(world.copied).toEqual(['/app/a']);
    // Its image may have it.
    expect(world.commands).toEqual(['rm -rf -- /app/b', 'rm -rf -- /app/b']);
    expect(world.events.at(-1)).toBe('done src/a,src/b');
  });

  it('are no more tried where no rule is about them any longer', async () => {
    const { world, loop, change } = aLoop();
    world.refused.set('/app/bad', REFUSED);
    await change('bad');
    loop.define({ rules: [{ ...RULE, ignore: ['bad'] }], idle: [] });
    await change('good');
    expect(world.events).toEqual(['failed src/bad', 'done src/good']);
  });
});
