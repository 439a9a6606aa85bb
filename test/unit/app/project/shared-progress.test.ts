import { expect, it } from 'vitest';
import { hearOther, tellOthers } from '../../../../src/app/project/shared-progress.ts';
import type { ProgressEvent } from '../../../../src/events/progress.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const LOCK = '/locks/one';
const PID = 7;

const started = (id: string): ProgressEvent => ({ kind: 'step-started', id, label: `do ${id}` });
const finished = (id: string): ProgressEvent => ({
  kind: 'step-finished',
  id,
  label: `do ${id}`,
  outcome: 'done',
  durationMs: 5,
});

function two(pid = PID) {
  const files = new MemoryFiles({ [LOCK]: '' });
  const clock = new VirtualClock();
  const own: ProgressEvent[] = [];
  const heard: ProgressEvent[] = [];
  const over = new AbortController();
  const tell = tellOthers((event) => own.push(event), {
    ...{ lock: LOCK, pid: PID, files, clock },
    hadBefore: true,
  });
  const hear = () =>
    hearOther((event) => heard.push(event), { lock: LOCK, pid, files, clock, signal: over.signal });
  const ids = () => heard.map((event) => `${event.kind} ${'id' in event ? event.id : event.text}`);
  return { clock, own, heard, over, tell, hear, ids, files };
}

it('tells who waits all that was told before and meanwhile, each once, until the end', async () => {
  const { clock, own, over, tell, hear, ids } = two();
  tell(started('a'));
  const hearing = hear();
  tell({ kind: 'note', level: 'info', text: 'recreate a' });
  await clock.advance(200);
  await clock.advance(200);
  tell(finished('a'));
  over.abort();
  await hearing;
  expect(own).toHaveLength(3);
  expect(ids()).toEqual(['step-started other:a', 'note recreate a', 'step-finished other:a']);
});

it('leaves no step of one that was killed', async () => {
  const { over, tell, hear, ids, heard } = two();
  tell(started('a'));
  over.abort();
  await hear();
  expect(ids()).toEqual(['step-started other:a', 'step-finished other:a']);
  expect(heard.at(-1)).toMatchObject({ label: 'do a', outcome: 'unchanged' });
});

it('takes nothing for news that another process, or an earlier turn, told', async () => {
  const stranger = two(PID + 1);
  stranger.tell(started('a'));
  stranger.over.abort();
  await stranger.hear();
  expect(stranger.heard).toEqual([]);

  const { files, clock, over, tell, hear, heard } = two();
  tell(started('a'));
  tellOthers(() => undefined, { ...{ lock: LOCK, pid: PID, files, clock }, hadBefore: true });
  over.abort();
  await hear();
  expect(heard).toEqual([]);
});

it('writes nothing while it does nothing: notes are told with the first step', async () => {
  const { files, clock, over, hear, ids } = two();
  const place = `${LOCK}.progress`;
  files.remove(place);
  const own = { lock: LOCK, pid: PID, files, clock, hadBefore: false };
  const tell = tellOthers(() => undefined, own);
  tell({ kind: 'note', level: 'info', text: 'by the way' });
  expect(files.exists(place)).toBe(false);
  tell(started('a'));
  over.abort();
  await hear();
  expect(ids()).toEqual(['note by the way', 'step-started other:a', 'step-finished other:a']);
});

it('keeps a bounded number, and does not write each of many details', async () => {
  const { files, over, tell, hear, heard } = two();
  for (let n = 0; n < 300; n += 1) tell(started(String(n)));
  const before = files.written.length;
  for (let n = 0; n < 300; n += 1) tell({ kind: 'step-progress', id: '299', detail: String(n) });
  expect(files.written.length).toBe(before);
  over.abort();
  await hear();
  expect(heard.filter(({ kind }) => kind === 'step-started')).toHaveLength(200);
});

it.each(['', '{', '{}', '[1]', '{"pid":7,"first":0,"events":4}'])(
  'hears nothing of a file that it does not understand: %s',
  async (text) => {
    const { files, over, hear, heard } = two();
    files.put(`${LOCK}.progress`, text);
    over.abort();
    await hear();
    expect(heard).toEqual([]);
  },
);
