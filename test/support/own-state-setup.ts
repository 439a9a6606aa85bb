import { afterAll } from 'vitest';
import { ownState, removeOwnState } from './own-run.ts';

/** Each file of tests has a state folder of its own, as if another person ran it. */
ownState();
afterAll(removeOwnState);
