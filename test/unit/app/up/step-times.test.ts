import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { keepStepTimes, readStepTimes } from '../../../../src/app/up/step-times.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';
import type { World } from '../../../../src/ports/world.ts';

const PLACE = '/home/ada/.local/state/onestack/step-times.json';

function machine(text?: string) {
  const files = new MemoryFiles(text === undefined ? {} : { [PLACE]: text });
  files.makeDirectory(dirname(PLACE), { mode: 0o700 });
  const host = partly<World['host']>({ home: '/home/ada', environment: {} });
  return { files, host };
}

const took = (id: string, ms: number) => ({ id, startedAtMs: 1_000, endedAtMs: 1_000 + ms });

it('remembers what steps took, by project, what was lately as much as all before', () => {
  const world = machine();
  expect([...readStepTimes('shop', world)]).toEqual([]);
  keepStepTimes('shop', [took('install:api', 6_000), took('start:db', 400)], world);
  keepStepTimes('blog', [took('install:api', 100)], world);
  keepStepTimes('shop', [took('install:api', 2_000)], world);
  expect(Object.fromEntries(readStepTimes('shop', world))).toEqual({
    'install:api': 4_000,
    'start:db': 400,
  });
  expect(Object.fromEntries(readStepTimes('blog', world))).toEqual({ 'install:api': 100 });
});

it('takes nothing from a damaged file, and writes it anew', () => {
  for (const text of ['', '{', '[]', '{"shop":3}', '{"shop":{"a":"long","b":-1,"c":null}}']) {
    const world = machine(text);
    expect([...readStepTimes('shop', world)]).toEqual([]);
    keepStepTimes('shop', [took('a', 5)], world);
    expect([...readStepTimes('shop', world)]).toEqual([['a', 5]]);
  }
});

it('does not grow for ever', () => {
  const world = machine();
  for (let index = 0; index < 70; index += 1) keepStepTimes(`p${index}`, [took('a', 1)], world);
  const steps = Array.from({ length: 600 }, (_none, index) => took(`image:${index}`, 1));
  keepStepTimes('p0', steps, world);
  const text = world.files.read(PLACE);
  const kept: unknown = JSON.parse((text.ok ? text.value : undefined) ?? '');
  expect(Object.keys(kept as object)).toHaveLength(64);
  expect(readStepTimes('p0', world).size).toBe(500);
  expect(readStepTimes('p69', world).size).toBe(1);
  expect(readStepTimes('p1', world).size).toBe(0);
});
