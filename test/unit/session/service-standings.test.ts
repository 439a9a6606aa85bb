import { describe, expect, it } from 'vitest';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import type { RowChange } from '../../../src/session/service-listing.ts';
import { createRowKeeper, createServiceStandings } from '../../../src/session/service-standings.ts';
import { ENDED, engineWith, OLD, YOUNG } from '../../support/container-pasts.ts';
import { aContainer } from '../../support/containers.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('what the session knows of it', () => {
  it('is asked for again only where it may have changed', async () => {
    const { engine, asked } = engineWith({});
    const standings = createServiceStandings(engine);
    const list = [aContainer('api', YOUNG), aContainer('seed', ENDED), aContainer('db', OLD)];
    const states = async () =>
      [...(await standings.rows(list)).rows.values()].map(({ state }) => state);
    expect(await states()).toEqual(['running', 'done', 'running']);
    expect(await states()).toEqual(['running', 'done', 'running']);
    expect(asked).toEqual(['id-api', 'id-seed']);
    standings.ended('id-api');
    await states();
    expect(asked).toEqual(['id-api', 'id-seed', 'id-api']);
  });

  it('is no success where the definition lets no service end', async () => {
    const standings = createServiceStandings(engineWith({}).engine, (service) => service === 'job');
    const list = [aContainer('job', ENDED), aContainer('web', ENDED)];
    const { rows } = await standings.rows(list);
    expect([...rows.values()].map(({ state }) => state)).toEqual(['done', 'exited']);
  });

  it('is looked at again until it has run for long enough', async () => {
    const { engine } = engineWith({ restartCount: 5 });
    const standings = createServiceStandings(engine);
    const young = await standings.rows([aContainer('api', YOUNG)]);
    expect(young.isUncertain).toBe(true);
    expect(young.rows.get('api')?.state).toBe('restarting');
    const old = await standings.rows([aContainer('api', OLD)]);
    expect(old.isUncertain).toBe(false);
    expect(old.rows.get('api')?.state).toBe('running');
  });

  it('is told of what changes by time alone, until nobody listens any more', async () => {
    const { engine } = engineWith({ restartCount: 5 });
    const clock = new VirtualClock();
    let one: ContainerSummary = aContainer('api', YOUNG);
    const told: string[] = [];
    const refresh = (): Promise<void> => rows.keep([one]);
    const tell = ({ current }: RowChange): void => void told.push(current.state);
    const rows = createRowKeeper({ engine, clock, tell, refresh });
    await refresh();
    await clock.advance(3000);
    expect(told).toEqual(['restarting']);
    one = aContainer('api', OLD);
    await clock.advance(1000);
    expect(told).toEqual(['restarting', 'running']);
    one = aContainer('api', { ...YOUNG, id: 'id-next' });
    await refresh();
    rows.forget(true);
    one = aContainer('api', { ...OLD, id: 'id-next' });
    await clock.advance(5000);
    expect(told).toEqual(['restarting', 'running', 'restarting']);
  });
});
