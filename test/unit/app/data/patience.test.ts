import { describe, expect, it } from 'vitest';
import { whilePatient } from '../../../../src/app/data/patience.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function patient(uncut: boolean) {
  const clock = new VirtualClock();
  const told: string[] = [];
  let isGivenUp = false;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const giveUp = (): void => {
    isGivenUp = true;
  };
  const stirs = whilePatient({ doing: 'pg_dump of db', uncut, over, giveUp }, clock, (event) => {
    if (event.kind === 'note') told.push(event.text);
  });
  return { clock, told, stirs, end, isGivenUp: () => isGivenUp };
}

describe('waiting for a script in a container', () => {
  it('says nothing as long as something moves, however long it takes', async () => {
    const { clock, told, stirs, isGivenUp } = patient(true);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(59_000);
      stirs();
    }
    expect(told).toEqual([]);
    expect(isGivenUp()).toBe(false);
  });

  it('says once that nothing moves, and lets who waits end it', async () => {
    const { clock, told, isGivenUp } = patient(false);
    await clock.advance(3_600_000);
    expect(told).toEqual(['pg_dump of db: nothing has moved for a minute; Ctrl-C ends it']);
    expect(isGivenUp()).toBe(false);
  });

  it('gives up what nobody can interrupt', async () => {
    const { clock, told, isGivenUp } = patient(true);
    await clock.advance(599_000);
    expect(isGivenUp()).toBe(false);
    await clock.advance(2_000);
    expect(isGivenUp()).toBe(true);
    expect(told.at(-1)).toBe('pg_dump of db: nothing has moved for ten minutes, it is given up');
  });

  it('begins again when something moves after a silence', async () => {
    const { clock, told, stirs, isGivenUp } = patient(true);
    await clock.advance(300_000);
    stirs();
    await clock.advance(500_000);
    expect(isGivenUp()).toBe(false);
    await clock.advance(110_000);
    expect(isGivenUp()).toBe(true);
    expect(told).toHaveLength(3);
  });

  it('is over with the script', async () => {
    const { clock, told, end, isGivenUp } = patient(true);
    end();
    await clock.advance(3_600_000);
    expect(told).toEqual([]);
    expect(isGivenUp()).toBe(false);
  });
});
