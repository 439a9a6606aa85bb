import { expect, it } from 'vitest';
import { ownName, runOfName } from '../support/own-run.ts';

it('knows by its name what a run made, and nothing else', () => {
  const run = runOfName(ownName());
  expect(run).toBeGreaterThan(0);
  expect(runOfName(`${ownName()}-db-1`)).toBe(run);
  expect(runOfName(`${ownName()}:1`)).toBe(run);
  for (const other of ['shop-db-1', 'ostest-66f1b379', 'ostest-', 'my-ostest-0k3f9a01c2']) {
    expect(runOfName(other)).toBeUndefined();
  }
});
