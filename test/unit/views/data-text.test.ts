import { expect, it } from 'vitest';
import { certsHint } from '../../../src/views/certs-text.ts';
import { snapshotsText } from '../../../src/views/data-text.ts';

it('says of which services there is no snapshot', () => {
  expect(snapshotsText([], 0)).toBe('there is no snapshot: dev data snapshot takes one\n');
  expect(snapshotsText([], 0, ['nix'])).toContain('no snapshot of nix');
});

it('has nobody put a CA into stores that are not there', () => {
  expect(certsHint([])).toBe('');
  expect(certsHint([{ store: 'the system', folder: '/x', state: 'absent' }])).toContain('trust');
});
