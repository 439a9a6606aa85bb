import { describe, expect, it } from 'vitest';
import { commandsInContext } from '../../../src/views/commands-in-context.ts';

describe('commands in texts', () => {
  it.each([
    ['nothing runs: dev up\n', 'nothing runs: dev up --context ci\n'],
    [
      'dev logs api says why, dev up api starts it',
      'dev logs --context ci api says why, dev up --context ci api starts it',
    ],
    [
      '2 volumes of data kept (dev down --volumes removes them)',
      '2 volumes of data kept (dev down --context ci --volumes removes them)',
    ],
    ['Mend it, then: dev up.', 'Mend it, then: dev up --context ci.'],
    // Of no context, or another word.
    ['dev images prune, dev ci, dev release', 'dev images prune, dev ci, dev release'],
    ['dev upgrade 1.2.3', 'dev upgrade 1.2.3'],
    // Who names one means it.
    ['dev up, or dev up --context prod', 'dev up, or dev up --context prod'],
    ['git commit, or --context dev; dev up', 'git commit, or --context dev; dev up'],
  ])('%j', (text, expected) => {
    expect(commandsInContext(text, 'ci')).toBe(expected);
    expect(commandsInContext(text, 'dev')).toBe(text);
  });
});
