import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutput, inquirerPrompts } from '../../../src/adapters/terminal.ts';
import { createEmulator } from '../../../src/adapters/terminal-emulator.ts';
import { CellGrid } from '../../../src/util/cell-grid.ts';
import { compose } from '../../../src/views/dashboard/compose.ts';
import { dashboardWindows } from '../../../src/views/dashboard/derive-windows.ts';
import { diff } from '../../../src/views/dashboard/diff.ts';
import type { Scene } from '../../../src/views/dashboard/scene.ts';
import { openUi } from '../../../src/views/dashboard/ui.ts';
import { allViews, stateWith } from '../../support/all-views.ts';
import { around, linesPane } from '../../support/dashboard-view.ts';
import { ATTACKS, hostileText } from '../../support/hostile-text.ts';
import { judge, readable } from '../../support/terminal-judge.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** What nobody may see on a terminal, as it is not seen or does something. */
const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

/** A text as it leaves through the exit of a terminal. */
function written(text: string, color = true): string {
  const stream = new PassThrough();
  createOutput(stream, true, color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }).write(text);
  const bytes = stream.read() as Buffer | null;
  return bytes?.toString('utf8') ?? '';
}

const countLines = (text: string): number => text.split('\n').length;
const HARMLESS = allViews('w');

/** Shows all views one below the other. */
async function expectOnlyText(word: string): Promise<void> {
  const views = Object.entries(allViews(word));
  const texts = views.map(([name, view]) => ({ name, text: written(view) }));
  for (const { name, text } of texts) {
    expect(readable(text).join(''), name).not.toMatch(UNSEEN);
    expect(countLines(text), name).toBe(countLines(HARMLESS[name] ?? ''));
  }
  const all = texts.map(({ text }) => text).join('\n');
  const { deeds, lines } = await judge(all);
  expect(deeds).toEqual([]);
  // What is seen is what was written; tabs have places of their own.
  const shown = readable(all).map((line) => line.trimEnd());
  const seen = lines.slice(0, shown.length).map((line) => line.trimEnd());
  const untabbed = (_: string, at: number): boolean => shown[at]?.includes('\t') === false;
  expect(seen.filter(untabbed)).toEqual(shown.filter(untabbed));
}

it('is tried in every view that there is', () => {
  const tried = ['all-views', 'more-views']
    .map((name) => readFileSync(join(ROOT, `test/support/${name}.ts`), 'utf8'))
    .join('');
  const views = readdirSync(join(ROOT, 'src/views'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => name);
  expect(views.length).toBeGreaterThan(20);
  // What counts columns prints nothing, and what completes commands is handed texts that are plain already.
  expect(views.filter((name) => !tried.includes(`src/views/${name}`)).sort()).toEqual([
    ...['commands-in-context.ts', 'text-width.ts'],
  ]);
});

describe('a stranger’s word, in every place of every view', () => {
  it.each(ATTACKS.map((attack) => [JSON.stringify(attack), attack]))(
    'is text: %s',
    async (_name, attack) => {
      await expectOnlyText(`w${attack}w`);
    },
  );

  it('is text, whatever it is made of', async () => {
    await fc.assert(fc.asyncProperty(hostileText, expectOnlyText), { numRuns: 40 });
  });

  it('is text without colours where none are wanted', () => {
    fc.assert(
      fc.property(hostileText, (word) => {
        for (const view of Object.values(allViews(word))) {
          expect(written(view, false)).not.toMatch(/\x1b/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('would be noticed if it were not', async () => {
    const told = await judge('\x1b]0;PWNED\x07\x1b[2J\x1b[6n\x1b]52;c;x\x07\x07\x1bc');
    expect(told.deeds).toEqual(
      expect.arrayContaining(['title PWNED', 'CSI J', 'CSI n', 'OSC 52', 'bell', 'ESC c']),
    );
  });
});

describe('a stranger’s word in the dashboard', () => {
  /** All that its frames are made of: synchronised, cursor hidden and placed, cells erased. */
  const OWN = /^CSI (?:\?h|\?l|H|J|K)$/;

  function surroundings(word: string): Scene {
    const windows = dashboardWindows({
      project: {
        modules: [],
        windows: [{ name: word, layout: 'columns', panes: [{ kind: 'logs', service: word }] }],
      },
      services: new Map(),
    });
    const pane = { ...linesPane([word, word], 10), title: word };
    const size = { columns: 120, rows: 12 };
    return { ...around, label: word, state: stateWith(word), windows, size, pane: () => pane };
  }

  async function expectFrame(word: string): Promise<void> {
    const on = surroundings(word);
    for (let window = 0; window < on.windows.length; window += 1) {
      for (const ui of [
        { ...openUi(on.windows, window), message: word },
        {
          ...openUi(on.windows, window),
          mode: { kind: 'confirm', question: word, effect: { kind: 'redraw' } },
        } as const,
      ]) {
        const { grid } = compose(ui, on);
        const frame = diff(
          undefined,
          grid,
          { before: undefined, after: undefined },
          { colors: '16' },
        );
        const { deeds } = await judge(frame, OWN);
        expect(deeds).toEqual([]);
        expect(frame.replaceAll(/\x1b\[[\d;?]*[HJKhlm]/g, '')).not.toMatch(UNSEEN);
        // Each frame's own sequences, and nothing that a word could have added to them.
        for (const [mode] of frame.matchAll(/\x1b\[\?\d+[hl]/g)) {
          expect(['\x1b[?2026h', '\x1b[?2026l', '\x1b[?25l', '\x1b[?25h']).toContain(mode);
        }
      }
    }
  }

  it('is text', async () => {
    for (const attack of ATTACKS) await expectFrame(`w${attack}w`);
    await fc.assert(fc.asyncProperty(hostileText, expectFrame), { numRuns: 60 });
  });

  it('is text in a pane’s own cells, too', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (word) => {
        const options = { columns: 60, rows: 8, scrollback: 10, isLog: true };
        const emulator = createEmulator({ ...options, onReply: () => undefined });
        await new Promise<void>((done) => emulator.write(word, done));
        const grid = new CellGrid(60, 8);
        emulator.draw(0, grid, { x: 0, y: 0, columns: 60, rows: 8 });
        emulator.dispose();
        const frame = diff(
          undefined,
          grid,
          { before: undefined, after: undefined },
          { colors: '16' },
        );
        expect((await judge(frame, OWN)).deeds).toEqual([]);
        expect(frame.replaceAll(/\x1b\[[\d;?]*[HJKhlm]/g, '')).not.toMatch(UNSEEN);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a stranger’s word in a question', () => {
  it('is text', async () => {
    for (const attack of ATTACKS) {
      const asked = async (question: string): Promise<string> => {
        const [input, output] = [new PassThrough(), new PassThrough()];
        const shown: Buffer[] = [];
        output.on('data', (data: Buffer) => shown.push(data));
        output.once('data', () => setImmediate(() => input.write('\r')));
        const choices = [{ name: question, value: 1 }];
        await inquirerPrompts({ input, output }).select(question, choices);
        return Buffer.concat(shown).toString('utf8');
      };
      const text = await asked(`w${attack}w`);
      const own = await asked('ww');
      const sequences = (of: string): readonly string[] => [
        ...new Set(of.match(/\x1b(?:\[[0-?]*[ -/]*[@-~]|.)/gs)),
      ];
      const extra = sequences(text).filter((one) => !sequences(own).includes(one));
      // inquirer moves by as many rows and columns as its text takes.
      expect(extra.filter((one) => !/^\x1b\[\d*[A-GK]$/.test(one))).toEqual([]);
      expect(text).not.toMatch(
        /PWNED|[\x07\x7f-\x9f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u,
      );
    }
  });
});
