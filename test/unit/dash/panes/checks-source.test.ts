import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../../src/events/session-event.ts';
import { checksSource } from '../../../../src/dash/panes/checks-source.ts';
import { reduce } from '../../../../src/state/reduce.ts';
import { EMPTY_STATE } from '../../../../src/state/session-state.ts';

const NEVER = { at: 1, save: 0 } as const;

const modules = (enabled = true, watch = true): SessionEvent => ({
  kind: 'modules',
  watch: true,
  modules: [
    {
      name: 'api',
      path: 'api',
      uses: [],
      run: true,
      watch,
      checks: [{ check: 'test', enabled, daemon: false }],
    },
  ],
  ...NEVER,
});
const watching: SessionEvent = { kind: 'watching', mode: 'events', entries: 1, ...NEVER };

/** A pane of api's checks on a session that has told so much; what it shows, without colours. */
function checksPane(...told: readonly SessionEvent[]) {
  let state = told.reduce(reduce, EMPTY_STATE);
  let listener: (event: SessionEvent) => void = () => undefined;
  let text = '';
  const feed = {
    state: () => state,
    onEvent: (listen: typeof listener) => {
      listener = listen;
      return () => undefined;
    },
  };
  checksSource(feed, 'api')(
    { columns: 80, rows: 24 },
    {
      write: (data) => {
        text += String(data);
      },
      reset: () => undefined,
      ended: () => undefined,
    },
  );
  return {
    text: () => text.replaceAll(/\x18|\x1b\[[\d;]*m/g, ''),
    emit: (event: SessionEvent) => {
      state = reduce(state, event);
      listener(event);
    },
  };
}

describe('a pane of checks', () => {
  it('says what it waits for while nothing has run', () => {
    expect(checksPane(watching, modules()).text()).toBe(
      'no check of api has run yet: save a file of it, or press c to run them\r\n',
    );
    expect(checksPane(modules()).text()).toBe(
      'no check of api has run yet: press c to run them\r\n',
    );
    expect(checksPane(watching, modules(true, false)).text()).toContain('yet: press c');
    expect(checksPane(watching, modules(false)).text()).toBe(
      'all checks of api are switched off: t switches them on\r\n',
    );
  });

  it('says so once the session has told which modules there are', () => {
    const pane = checksPane(watching);
    expect(pane.text()).toBe('');
    pane.emit(modules());
    pane.emit(modules());
    expect(pane.text().match(/no check of api has run yet/g)).toHaveLength(1);
  });

  it('shows a check that runs already, and its result on a line of its own', () => {
    const started: SessionEvent = {
      kind: 'check-started',
      module: 'api',
      check: 'test',
      run: 1,
      at: 1,
      save: 3,
    };
    const pane = checksPane(watching, modules(), started);
    expect(pane.text()).toBe('▶ test  save 3\r\n');
    const text = 'not the end of a line';
    pane.emit({ kind: 'check-output', module: 'api', check: 'test', run: 1, text, at: 1, save: 3 });
    pane.emit({
      kind: 'check-cancelled',
      module: 'api',
      check: 'test',
      run: 1,
      reason: 'stopping',
      durationMs: 1,
      at: 1,
      save: 3,
    });
    expect(pane.text()).toContain('not the end of a line\r\n◌ test stopping\r\n');
  });
});
