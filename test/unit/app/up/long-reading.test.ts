import { expect, it } from 'vitest';
import type { ProgressEvent } from '../../../../src/events/progress.ts';
import { longReading } from '../../../../src/app/up/long-reading.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function reading() {
  const clock = new VirtualClock();
  const told: ProgressEvent[] = [];
  return { clock, told, onRead: longReading({ clock, report: (event) => told.push(event) }) };
}

it('tells what takes long to read, once, before a big file is read', () => {
  const { told, onRead } = reading();
  onRead('web', 'a.js', 1000);
  expect(told).toEqual([]);
  onRead('web', 'data/dump.sql', 2_000_000_000);
  onRead('api', 'other', 3_000_000_000);
  const text = told.map((event) => (event.kind === 'note' ? event.text : ''));
  expect(text).toHaveLength(1);
  expect(text[0]).toMatch(
    /^reading what web is built of takes a while: .* with data\/dump\.sql \(/,
  );
});

it('tells it of many small files after a second', async () => {
  const { clock, told, onRead } = reading();
  onRead('web', 'a', 1);
  await clock.advance(1000);
  onRead('web', 'b', 1);
  expect(told).toMatchObject([
    { text: expect.stringContaining('2 files so far, now b;') as string },
  ]);
});
