import { expect, it } from 'vitest';
import { inNoCommit } from '../../../../src/app/release/in-no-commit.ts';
import type { Failure } from '../../../../src/events/failure.ts';

const sources = {
  commit: '3f2a1bc0',
  files: [{ path: 'web/settings.json', mode: '100644', hash: '0' }],
};
const missing = (file: string, more: Partial<Failure> = {}): Failure => ({
  ...{ reason: 'definition', what: 'There is no file x', cure: 'Make it', about: { file } },
  ...more,
});
const told = (failure: Failure) => inNoCommit(failure, sources, '/run/src');

it('says of a file of variables that no commit holds how dev ci can have one', () => {
  const why = 'services.web takes its environment from it.';
  expect(told(missing('/run/src/web/prod.env', { why }))).toEqual({
    reason: 'definition',
    what: 'web/prod.env is not in the commit 3f2a1bc',
    why: 'What is tried is what the commit holds, and services.web takes its environment from it',
    cure: 'Commit web/prod.env.example with values that do no harm: services have those in dev ci; or mark it: required: false',
  });
});

it('says of anything else that is mounted or a secret what can be done', () => {
  const what = 'web is given /run/src/secrets/key, which is not there';
  const { what: text, why, cure } = told(missing('/run/src/secrets/key', { what }));
  expect([text, why]).toEqual([
    'secrets/key is not in the commit 3f2a1bc',
    'What is tried is what the commit holds, and web is given it',
  ]);
  expect(cure).toContain('have compose/ci.yaml name another one');
});

it('leaves alone what is about something else', () => {
  const others = [
    missing('/etc/hosts.local'),
    missing('/run/src/web/settings.json'),
    { reason: 'service', what: 'web does not start' } as const,
  ];
  expect(others.map(told)).toEqual(others);
});
