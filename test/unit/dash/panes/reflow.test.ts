import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmulator } from '../../../../src/adapters/terminal-emulator.ts';
import { paneView } from '../../../../src/dash/panes.ts';
import { PaneTerminal } from '../../../../src/dash/panes/pane-terminal.ts';
import { reflow } from '../../../../src/dash/panes/reflow.ts';
import { afterReflow } from '../../../../src/views/dashboard/after-reflow.ts';
import { topOf } from '../../../../src/views/dashboard/shown-rows.ts';
import { openUi } from '../../../../src/views/dashboard/ui.ts';
import type { Ui } from '../../../../src/views/dashboard/ui.ts';
import { windows } from '../../../support/dashboard-view.ts';

/** Lines that begin with their number, of so many characters. */
const numbered = (lengths: readonly number[], filler: string): readonly string[] =>
  lengths.map((length, at) => `${at}:${filler.repeat(length)}`);

async function aTerminal(columns: number, rows: number, scrollback: number, text: string) {
  const emulator = createEmulator({ columns, rows, scrollback, onReply: () => undefined });
  await new Promise<void>((resolve) => emulator.write(text, resolve));
  return emulator;
}

describe('lines laid out for another width', () => {
  it('are found again, however often the width changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(90), { minLength: 30, maxLength: 60 }),
        fc.constantFrom('x', '漢'),
        fc.array(fc.integer({ min: 12, max: 70 }), { minLength: 1, maxLength: 4 }),
        async (lengths, filler, widths) => {
          const lines = numbered(lengths, filler);
          const emulator = await aTerminal(40, 8, 1_000, lines.join('\r\n'));
          const rowOf = (at: number): number =>
            Array.from({ length: emulator.lineCount() }, (_, row) => row).find((row) =>
              emulator.text(row).startsWith(`${at}:`),
            ) ?? -1;
          for (const [at, width] of widths.entries()) {
            const before = lines.map((_, line) => rowOf(line));
            const carry = reflow(emulator, width, 8 + (at % 3), 0);
            lines.forEach((_, line) => {
              const place = { line: before[line] ?? -1, column: 0 };
              expect(carry(place)).toEqual({ line: rowOf(line), column: 0 });
            });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('have the same character at a place inside of a line', async () => {
    const line = Array.from({ length: 100 }, (_, at) => String.fromCharCode(33 + at)).join('');
    const emulator = await aTerminal(40, 5, 100, `first\r\n${line}\r\n${'\r\n'.repeat(9)}last`);
    const at = reflow(emulator, 30, 5, 7)({ line: 7 + 1 + 2, column: 3 });
    expect(emulator.text(at.line - 7)[at.column]).toBe(line[83]);
  });

  it('that had to go are the oldest line there is', async () => {
    const lines = numbered(
      Array.from({ length: 40 }, () => 70),
      'x',
    );
    const emulator = await aTerminal(80, 5, 40, lines.join('\r\n'));
    const carry = reflow(emulator, 20, 5, 100);
    expect(carry({ line: 101, column: 0 }).line).toBe(100);
    const kept = carry({ line: 100 + 38, column: 0 });
    expect(emulator.text(kept.line - 100)).toMatch(/^38:/);
  });
});

describe('a pane that stands', () => {
  /** A pane with `count` lines of 50 characters, and a way to write more. */
  async function aPane(count: number) {
    let write: (text: string) => void = () => undefined;
    const terminal = new PaneTerminal(
      {
        id: 'logs:api',
        title: 'api',
        interactive: false,
        open: (_size, sink) => {
          write = (text) => sink.write(text);
          const nothing = () => undefined;
          return {
            send: nothing,
            resize: nothing,
            pause: nothing,
            resume: nothing,
            close: nothing,
          };
        },
        createEmulator,
        onChange: () => undefined,
      },
      { columns: 80, rows: 10 },
    );
    terminal.start();
    const says = async (text: string): Promise<void> => {
      write(text);
      await new Promise<void>((resolve) => terminal.emulator.write('', resolve));
    };
    await says(
      numbered(
        Array.from({ length: count }, () => 50),
        'x',
      ).join('\r\n'),
    );
    return { terminal, says, view: paneView(terminal) };
  }

  it('shows the same text when its width changes, to and fro', async () => {
    const { terminal, view } = await aPane(200);
    let ui: Ui = { ...openUi(windows, 1), views: { 'logs:api': { top: 120 } } };
    for (const columns of [30, 100, 25, 80]) {
      const carry = terminal.resize({ columns, rows: 10 });
      if (carry !== undefined) ui = afterReflow(ui, 'logs:api', carry, view);
      expect(view.text(topOf(view, ui.views['logs:api']))).toMatch(/^120:/);
    }
    expect(ui.views['logs:api']?.top).toBe(120);
  });

  it('keeps selection, cursor and results where they are in the text', async () => {
    const { terminal, view } = await aPane(200);
    const carry = terminal.resize({ columns: 30, rows: 4 });
    if (carry === undefined) throw new Error('it has another size');
    const at = { line: 129, column: 45 };
    const copying: Ui = {
      ...openUi(windows, 1),
      views: { 'logs:api': { top: 120 } },
      mode: { kind: 'copy', pane: 'logs:api', at, anchor: { line: 125, column: 3 } },
    };
    const { mode, views } = afterReflow(copying, 'logs:api', carry, view);
    expect(mode).toMatchObject({
      at: { line: 129 * 2 + 1, column: 15 },
      anchor: { line: 250, column: 3 },
    });
    // The cursor is seen, although the pane is lower now.
    const top = views['logs:api']?.top ?? 0;
    expect(259 - top).toBeGreaterThanOrEqual(0);
    expect(259 - top).toBeLessThan(4);
    const matches = [
      { pane: 'logs:api', line: 7, column: 0, text: '', at: 0 },
      { pane: 'logs:db', line: 7, column: 0, text: '', at: 0 },
    ];
    const mode2 = { kind: 'results', query: 'x', matches, selected: 0 } as const;
    const found = afterReflow({ ...copying, mode: mode2 }, 'logs:api', carry, view);
    expect(found.mode).toMatchObject({ matches: [{ line: 14 }, { line: 7 }] });
  });

  it('shows the oldest lines there are when its own were dropped', async () => {
    const { says, view } = await aPane(100);
    await says('\r\nmore'.repeat(10_100));
    expect(view.firstLine).toBeGreaterThan(50);
    expect(topOf(view, { top: 20 })).toBe(view.firstLine);
    expect(view.text(20)).toBe('');
  });
});
