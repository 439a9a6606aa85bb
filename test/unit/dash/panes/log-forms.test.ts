import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../../../src/adapters/terminal-emulator.ts';
import { paneView } from '../../../../src/dash/panes.ts';
import { logsSource } from '../../../../src/dash/panes/logs-source.ts';
import { PaneTerminal } from '../../../../src/dash/panes/pane-terminal.ts';
import type { LogLine } from '../../../../src/ports/engine-containers.ts';
import { ok } from '../../../../src/util/result.ts';
import { findFrom, findInAll } from '../../../../src/views/dashboard/search.ts';
import { shownRows } from '../../../../src/views/dashboard/shown-rows.ts';
import type { PaneView } from '../../../../src/views/dashboard/scene.ts';
import { aContainer } from '../../../support/containers.ts';
import { around } from '../../../support/dashboard-view.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';
import { waitFor } from '../../../support/wait-for.ts';

const REQUEST = '{"level":30,"msg":"GET /orders","status":500,"who":"a b"}';
const FAILED = JSON.stringify({
  level: 50,
  msg: 'not sold',
  err: { stack: 'Error: empty\n    at sell (/app/sell.js:1:2)\n    at serve (/app/serve.js:3:4)' },
});
const TRACE = ['TypeError: no such thing', '    at buy (/app/buy.js:5:6)'];

/** A pane of a service's log, with these lines in it: as it is looked at, and its terminal. */
async function aLog(
  texts: readonly string[],
  { isRaw = false, columns = 60 } = {},
): Promise<{ readonly view: PaneView; readonly terminal: PaneTerminal }> {
  const container = aContainer('api');
  async function* logs(): AsyncGenerator<LogLine> {
    for (const text of texts) yield { atMs: 1_000, stream: 'stdout', text };
    yield { atMs: 1_000, stream: 'stdout', text: 'the end' };
    await new Promise(() => undefined);
  }
  const terminal = new PaneTerminal(
    {
      id: 'logs:api',
      title: 'api',
      interactive: false,
      open: logsSource({
        engine: () =>
          Promise.resolve({
            containers: () => Promise.resolve(ok([container])),
            logs: () => logs(),
          }),
        clock: new VirtualClock(),
        instance: 'shop',
        service: 'api',
        isRaw: () => isRaw,
        inSources: (text) => text.replace('/app/buy.js:5', '/app/buy.ts:4'),
      }),
      createEmulator,
      onChange: () => undefined,
    },
    { columns, rows: 30 },
  );
  terminal.start();
  const view = paneView(terminal);
  const rows = () => Array.from({ length: view.lineCount }, (_, row) => view.firstLine + row);
  await waitFor('its lines', () => rows().some((row) => view.text(row) === 'the end'));
  return { view, terminal };
}

/** What a filter leaves. */
const filtered = (view: PaneView, filter: string): readonly string[] =>
  shownRows(view, { filter }, 100).map((row) => view.text(row));

const laidOutFailure = [
  'ERROR not sold',
  '    Error: empty',
  '        at sell (/app/sell.js:1:2)',
  '        at serve (/app/serve.js:3:4)',
];

describe.each([
  ['laid out', false, ['INFO  GET /orders status=500 who="a b"'], laidOutFailure],
  ['as they came', true, [REQUEST], undefined],
] as const)('records of a log that are shown %s', (_how, isRaw, request, failure) => {
  it.each(['status=500', '"status":500', 'INFO  GET', '"who":"a b"', 'who="a b"'])(
    'are left by a filter that is in either form: %s',
    async (query) => {
      const { view } = await aLog(['before', REQUEST, 'between', FAILED], { isRaw });
      expect(filtered(view, query)).toEqual(request);
    },
  );

  it('are found by a search in either form, from below and from above', async () => {
    const { view } = await aLog(['before', REQUEST, 'between'], { isRaw });
    for (const query of ['status=500', '"status":500']) {
      // A notice stands before lines as they came.
      const line = isRaw ? 2 : 1;
      const isShown = view.text(line).includes(query);
      const end = view.firstLine + view.lineCount;
      for (const found of [findFrom(view, query, end, 'up'), findFrom(view, query, 0, 'down')]) {
        expect(found).toMatchObject({ line, ...(!isShown && { isBesides: true }) });
      }
      expect(findFrom(view, query, line, 'down')).toBeUndefined();
      expect(findFrom(view, query, end, 'up', 'GET')).toMatchObject({ line });
      expect(findFrom(view, query, end, 'up', 'between')).toBeUndefined();
      const [match, ...more] = findInAll({ ...around, pane: () => view }, query).filter(
        ({ pane }) => pane === 'logs:api',
      );
      expect(more).toEqual([]);
      expect(match?.text.slice(match.at)).toMatch(query);
    }
  });

  it('are whole, with their stack trace', async () => {
    const { view } = await aLog(['before', FAILED, 'between'], { isRaw, columns: 300 });
    for (const query of ['sell.js', '"msg":"not sold"', 'ERROR not']) {
      expect(filtered(view, query)).toEqual(failure ?? [FAILED]);
    }
  });
});

describe('in a pane of a log', () => {
  it('a stack trace is left whole by a filter, by its places in sources and in what was compiled', async () => {
    const { view } = await aLog(['before', ...TRACE, 'between']);
    const shown = [TRACE[0], '    at buy (/app/buy.ts:4:6)'];
    for (const query of ['such thing', 'buy.ts:4', 'buy.js:5']) {
      expect(filtered(view, query)).toEqual(shown);
    }
    expect(filtered(view, 'e')).toEqual(['before', ...shown, 'between', 'the end']);
  });

  it('the other form stays with its line when the width changes and when old lines are dropped', async () => {
    const many = Array.from({ length: 7_000 }, (_, at) =>
      JSON.stringify({ level: 30, msg: `${at} ${'x'.repeat(at % 70)}`, number: at }),
    );
    const { view, terminal } = await aLog(many, { columns: 40 });
    expect(view.firstLine).toBeGreaterThan(0);
    for (const columns of [90, 23, 40]) {
      terminal.resize({ columns, rows: 30 });
      for (const at of [6_999, 6_500, 5_003]) {
        const rows = filtered(view, `"number":${at}}`);
        expect(rows.join('')).toMatch(new RegExp(`^INFO  ${at} x* ?.*number=${at}$`));
      }
      expect(filtered(view, '"number":12}')).toEqual([]);
    }
  });

  it('what is not shown is forgotten where it is far more than what is', async () => {
    const blank = ' '.repeat(100_000);
    const long = Array.from({ length: 120 }, (_, at) => `{"level":30,${blank}"msg":"${at}."}`);
    const { view } = await aLog(long);
    expect(filtered(view, '"msg":"119."')).toEqual(['INFO  119.']);
    expect(filtered(view, '"msg":"3."')).toEqual([]);
    expect(filtered(view, 'INFO  3.')).toEqual(['INFO  3.']);
  });

  it('a notice of ours is no part of what was logged before it', async () => {
    const { view } = await aLog([REQUEST], { isRaw: true });
    expect(filtered(view, 'INFO  GET')).toEqual([REQUEST]);
    expect(filtered(view, 'lays them out')).toHaveLength(1);
  });
});
