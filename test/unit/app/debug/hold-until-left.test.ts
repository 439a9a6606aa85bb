import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { holdUntilLeft } from '../../../../src/app/debug/hold-until-left.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import type { Execution } from '../../../../src/ports/engine-containers.ts';
import { ok } from '../../../../src/util/result.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A container whose process is held, and whose debugger listens when the test says so. */
function aModule() {
  const executions: { exits: (status: number) => void }[] = [];
  const exec = (): ReturnType<Engine['exec']> => {
    const [stream, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let exits: (status: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      exits = (status) => {
        stdout.end();
        stderr.end();
        resolve(status);
      };
    });
    // The first one holds the process until its input ends.
    if (executions.length === 0) {
      stdout.write('held\n');
      stream.on('finish', () => exits(0));
    }
    executions.push({ exits });
    const resize = (): Promise<void> => Promise.resolve();
    const execution: Execution = { id: 'e', stream, stdout, stderr, resize, exited };
    return Promise.resolve(ok(execution));
  };
  async function* logs(_id: string, { signal }: { readonly signal?: AbortSignal }) {
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    yield* [];
  }
  const engine = { exec, logs, time: () => Promise.resolve(ok(1_000)) };
  return { engine, listens: () => executions[1]?.exits(0) };
}

async function aDebugging() {
  const clock = new VirtualClock();
  const { engine, listens } = aModule();
  const leaving = new AbortController();
  const said: string[] = [];
  const request = { service: 'api', containerId: 'c', port: 9229, command: 'node --inspect' };
  const ended = holdUntilLeft(
    request,
    { engine, clock, signal: leaving.signal },
    {
      onSlow: () => said.push('slow'),
      onReady: () => said.push('ready'),
      onDeath: () => said.push('death'),
    },
  );
  await clock.advance(0);
  return { clock, listens, said, leave: () => leaving.abort(), ended };
}

describe('a process in its debugger', () => {
  it('is waited for in silence only as long as nobody wonders', async () => {
    const { clock, listens, said, leave, ended } = await aDebugging();
    await clock.advance(3_000);
    expect(said).toEqual([]);
    await clock.advance(30_000);
    expect(said).toEqual(['slow']);
    listens();
    await clock.advance(0);
    expect(said).toEqual(['slow', 'ready']);
    leave();
    expect(await ended).toEqual({ ok: true, value: undefined });
  });

  it('that is there soon is not said to be slow, nor one that is left', async () => {
    const quick = await aDebugging();
    quick.listens();
    await quick.clock.advance(60_000);
    expect(quick.said).toEqual(['ready']);
    quick.leave();
    await quick.ended;
    const left = await aDebugging();
    left.leave();
    await left.ended;
    await left.clock.advance(60_000);
    expect(left.said).toEqual([]);
  });
});
