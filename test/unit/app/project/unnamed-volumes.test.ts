import { expect, it } from 'vitest';
import {
  rememberUnnamed,
  unnamedVolumes,
  writeUnnamed,
} from '../../../../src/app/project/unnamed-volumes.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { aTask } from '../../../support/containers.ts';
import { MADE_UP } from '../../../support/places.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const PLACES = MADE_UP;
const filesWith = (more: Readonly<Record<string, string>>) =>
  new MemoryFiles({ [`${PLACES.state}/instance.json`]: '{}', ...more });
const NAMES = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const [A = '', B = '', C = ''] = NAMES;
const has = (service: string, ...names: readonly string[]) =>
  aTask(service, { unnamedVolumes: names.map((name) => ({ name, target: '/data' })) });
const unused = (...names: readonly string[]) => Promise.resolve(ok(new Set(names)));
const never = () => Promise.reject(new Error('nobody had to ask'));

it('are known from the containers that there are, and from those that there were', async () => {
  const files = filesWith({});
  expect(await unnamedVolumes([has('db', A)], PLACES, files, never)).toEqual(ok({ [A]: 'db' }));
  expect(rememberUnnamed([has('db', A)], new Set([A]), PLACES, files)).toEqual(ok(undefined));
  const now = [has('db', B), has('web')];
  const both = await unnamedVolumes(now, PLACES, files, () => unused(A));
  expect(both).toEqual(ok({ [A]: 'db', [B]: 'db' }));
  // Taken by hand, or by somebody's container.
  expect(await unnamedVolumes(now, PLACES, files, () => unused(C))).toEqual(ok({ [B]: 'db' }));
  const failure = { reason: 'no-engine', what: 'gone' } as const;
  const asked = () => Promise.resolve(fail(failure));
  expect(await unnamedVolumes(now, PLACES, files, asked)).toEqual(fail(failure));
});

it('are forgotten when they are gone, and leave no file', async () => {
  const files = filesWith({});
  rememberUnnamed([has('db', A)], new Set(NAMES), PLACES, files);
  rememberUnnamed([has('web', B)], new Set([B]), PLACES, files);
  const known = await unnamedVolumes([], PLACES, files, () => unused(A, B));
  expect(known).toEqual(ok({ [B]: 'web' }));
  writeUnnamed({}, PLACES, files);
  expect(files.exists(PLACES.unnamedVolumes)).toBe(false);
});

it('are not those that the definition names: they are somebody else’s, too', async () => {
  const text = `volumes: { v: { external: true, name: ${A} } }\n`;
  const files = filesWith({ [PLACES.composeFile]: text });
  expect(await unnamedVolumes([has('db', A, B)], PLACES, files, never)).toEqual(ok({ [B]: 'db' }));
  rememberUnnamed([has('db', A, B)], new Set(NAMES), PLACES, files);
  const known = await unnamedVolumes([], PLACES, files, () => unused(A, B));
  expect(known).toEqual(ok({ [B]: 'db' }));
});

it('are not known from a damaged memory', async () => {
  const files = filesWith({ [PLACES.unnamedVolumes]: `{"${A}": 7` });
  expect(await unnamedVolumes([], PLACES, files, never)).toEqual(ok({}));
});
