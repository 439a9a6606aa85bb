import { CellGrid } from '../util/cell-grid.ts';
import type { EmulatorModes } from '../ports/emulator.ts';
import type { PaneView } from '../views/dashboard/scene.ts';
import type { PaneTerminal } from './panes/pane-terminal.ts';

/** The modes of a terminal that no program has changed yet. */
export const NO_MODES: EmulatorModes = {
  mouse: 'none',
  mouseSgr: false,
  bracketedPaste: false,
  alternateScreen: false,
  applicationCursor: false,
};

/** A pane that has no terminal: not yet, or not any more. */
export const NO_PANE: PaneView = {
  title: '',
  hasEnded: true,
  firstLine: 0,
  lineCount: 0,
  screenTop: 0,
  rows: 1,
  text: () => '',
  chars: () => [],
  isWrapped: () => false,
  record: () => undefined,
  drawLine: () => undefined,
  cursor: () => undefined,
  modes: () => NO_MODES,
};

/** A pane's terminal as the views look at it: by line numbers that stay. */
export function paneView(terminal: PaneTerminal): PaneView {
  const { emulator } = terminal;
  const local = (line: number): number => line - terminal.firstLine;
  return {
    get title() {
      return terminal.title;
    },
    get hasEnded() {
      return terminal.hasEnded;
    },
    get firstLine() {
      return terminal.firstLine;
    },
    get lineCount() {
      return emulator.lineCount();
    },
    get screenTop() {
      return terminal.firstLine + emulator.screenTop();
    },
    get rows() {
      return emulator.rows;
    },
    text: (line) => emulator.text(local(line)),
    chars: (line) => {
      const row = new CellGrid(emulator.columns, 1);
      emulator.drawLine(local(line), row, 0, 0, emulator.columns);
      return row.chars;
    },
    isWrapped: (line) => emulator.isWrapped(local(line)),
    record: (line) => terminal.records.at(line),
    drawLine: (line, grid, x, y, columns) => emulator.drawLine(local(line), grid, x, y, columns),
    cursor: () => emulator.cursor(),
    modes: () => emulator.modes(),
  };
}
