import { describe, expect, it } from 'vitest';
import { notification } from '../../../../src/app/session/notification.ts';
import {
  createSessionEnd,
  endWithoutGrounds,
  watchGrounds,
} from '../../../../src/app/session/session-end.ts';
import { createStateFile, killedAtMs } from '../../../../src/app/session/state-file.ts';
import { EMPTY_STATE } from '../../../../src/state/session-state.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const FILES = { '/p/dev.yaml': '', '/s/socket': '' };
const grounds = (files: MemoryFiles, told: string[]) => ({
  ...{ files, root: '/p', socket: '/s/socket' },
  stop: (reason: string) => told.push(reason),
});

describe('the end of a session', () => {
  it('has the first reason, and aborts what hangs on it', async () => {
    const end = createSessionEnd(new AbortController().signal);
    end.stop('dev down');
    end.stop('its socket is gone');
    expect(await end.ended).toBe('dev down');
    expect(end.signal.aborted).toBe(true);
  });

  it('comes at once where the process was told to end before', async () => {
    expect(await createSessionEnd(AbortSignal.abort()).ended).toBe('the process was told to end');
  });

  it('comes when its socket goes, and is not brought about while all is there', async () => {
    const clock = new VirtualClock();
    const files = new MemoryFiles(FILES);
    const told: string[] = [];
    const all = grounds(files, told);
    expect(endWithoutGrounds(all)).toBe(false);
    const watched = watchGrounds(all, clock, new AbortController().signal);
    await clock.advance(10_000);
    expect(told).toEqual([]);
    files.remove('/s/socket');
    await clock.advance(2_000);
    await watched;
    expect(told).toEqual(['its socket is gone']);
    expect(endWithoutGrounds(grounds(new MemoryFiles({}), told))).toBe(true);
    expect(told.at(-1)).toBe('the project’s folder is gone');
  });
});

describe('the state on disk', () => {
  it('is written when it changed, and tells a session that was killed from one that ended', async () => {
    const clock = new VirtualClock();
    const files = new MemoryFiles(FILES);
    const over = new AbortController();
    let state = EMPTY_STATE;
    const parts = { clock, files, path: '/p/state.json', folder: '/p' };
    const file = createStateFile({ ...parts, state: () => state });
    const kept = file.keep(over.signal);
    await clock.advance(5_000);
    expect(files.exists(parts.path)).toBe(false);
    const session = { ...EMPTY_STATE.session, state: 'running' } as const;
    state = { ...EMPTY_STATE, session };
    file.changed();
    await clock.advance(1_000);
    expect(killedAtMs(parts.path, files)).toBe(files.modifiedMs(parts.path));
    state = EMPTY_STATE;
    over.abort();
    await kept;
    file.write();
    expect(killedAtMs(parts.path, files)).toBeUndefined();
    files.put(parts.path, '{"session": {"sta');
    expect(killedAtMs(parts.path, files)).toBeUndefined();
    expect(killedAtMs('/p/none', files)).toBeUndefined();
  });
});

describe('a note on the desktop', () => {
  const turn = { module: 'api', to: 'bad' } as const;

  it('is an argument of the system’s command, never part of a script', () => {
    expect(notification(turn, '-e evil', 'linux').slice(-2)).toEqual([
      '-e evil: api',
      'a check fails',
    ]);
    const mac = notification({ module: 'a"b', to: 'good' }, 'shop', 'darwin');
    expect(mac.slice(-2)).toEqual(['shop: a"b', 'all checks pass again']);
    expect(mac.slice(0, -2).join('\n')).not.toContain('a"b');
  });
});
