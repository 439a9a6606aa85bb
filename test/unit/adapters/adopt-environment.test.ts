import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostLive } from '../../../src/adapters/live.ts';

let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
});
afterEach(() => {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

it('another shell’s variables are taken over whole, but not which engine it means', () => {
  Object.assign(process.env, { OLD: 'here', BOTH: 'here', DOCKER_CONTEXT: 'chosen' });
  hostLive.adoptEnvironment({
    ...{ PATH: '/bin', BOTH: 'there', NEW: 'there', EMPTY: '' },
    ...{ DOCKER_HOST: 'unix:///other', DOCKER_CONTEXT: 'other' },
  });
  expect(process.env).toEqual({
    ...{ PATH: '/bin', BOTH: 'there', NEW: 'there', EMPTY: '' },
    ...Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith('DOCKER_'))),
    DOCKER_CONTEXT: 'chosen',
  });
});
