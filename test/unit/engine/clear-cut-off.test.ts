import { expect, it } from 'vitest';
import { clearCutOff } from '../../../src/engine/clear-cut-off.ts';
import { COMPOSE_LABELS } from '../../../src/ports/compose-labels.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';

const second = { [COMPOSE_LABELS.replace]: 'old' };

it('takes away what may lack its configs and secrets, and what has a name that is given again', async () => {
  const removed: string[] = [];
  const engine = partly<Engine>({
    containers: () =>
      Promise.resolve(
        ok([
          aContainer('new', { id: 'new', state: 'created' }),
          aContainer('runs', { id: 'runs' }),
          aContainer('ended', { id: 'ended', state: 'exited' }),
          aContainer('other', { id: 'other', state: 'created' }),
          aContainer('run', { id: 'one-off', state: 'created', oneOff: true }),
          aContainer('web', { id: 'old' }),
          aContainer('web', {
            ...{ id: 'second', name: '0123456789ab_shop-web-1' },
            ...{ state: 'created', labels: second },
          }),
          // The one that it was to replace has gone: it was whole by then.
          aContainer('db', {
            ...{ id: 'whole', name: '0123456789ab_shop-db-1' },
            ...{ state: 'created', labels: second },
          }),
        ]),
      ),
    removeContainer: (id, volumes) => {
      removed.push(`${id} ${volumes}`);
      return Promise.resolve(ok(undefined));
    },
  });
  await clearCutOff('shop', ['new', 'runs', 'ended', 'run', 'web', 'db'], engine);
  expect(removed).toEqual(['new removed', 'second kept']);
});
