import { describe, expect, it } from 'vitest';
import { interruptedUp } from '../../../../src/app/machine/after-interrupt.ts';
import { aContainer } from '../../../support/containers.ts';

const INTERRUPTED = { reason: 'interrupted', what: 'interrupted' } as const;

describe('an interrupted dev up', () => {
  it('says that nothing runs yet', () => {
    const made = aContainer('api', { state: 'created', status: 'Created' });
    expect(interruptedUp(INTERRUPTED, [])).toMatchObject({
      what: 'interrupted',
      why: 'no service runs yet',
      cure: 'dev up begins again',
    });
    expect(interruptedUp(INTERRUPTED, [made]).why).toBe('no service runs yet');
  });

  it('names what keeps running, what does not, and how to go on or end it', () => {
    const left = interruptedUp(INTERRUPTED, [
      aContainer('web', { state: 'created', status: 'Created' }),
      aContainer('db'),
      aContainer('api'),
      aContainer('migrate', { state: 'exited', status: 'Exited (0) 2 seconds ago' }),
      aContainer('tools', { oneOff: true }),
    ]);
    expect(left.why).toBe('what was started keeps running: api, db; not running: web');
    expect(left.cure).toBe('dev up goes on from here, dev down ends it');
  });

  it('counts many, and claims nothing where no engine answers', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => aContainer(name));
    expect(interruptedUp(INTERRUPTED, many).why).toBe('what was started keeps running: 7 services');
    expect(interruptedUp(INTERRUPTED, undefined)).toEqual({ ...INTERRUPTED, cure: 'dev up' });
  });
});
