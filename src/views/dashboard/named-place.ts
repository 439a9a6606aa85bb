import { posix } from 'node:path';
import type { PaneView, Scene, DashboardPane } from './scene.ts';
import type { NamedPlace, TextPlace } from './ui.ts';

/** Where modules' containers have the project. */
const WORKSPACE = '/workspace/';
/** Longer lines are data. */
const LONGEST = 4_000;

/**
 * How programs name a line: `src/a.ts:12:3`, `file:///workspace/api/a.js:12`, `a.ts(12,3)` of compilers,
 * `File "a.py", line 12` of Python.
 */
const PLACES = [
  /(?:file:\/\/)?(?<file>[^\s"'`()<>[\]{}:=,;|]{1,300}):(?<line>\d{1,7})(?!\d)(?::(?<column>\d{1,7})(?!\d))?/g,
  /(?<file>[^\s"'`()<>[\]{}:=,;|]{1,300})\((?<line>\d{1,7})(?:,(?<column>\d{1,7}))?\)/g,
  /File "(?<file>[^"]{1,300})", line (?<line>\d{1,7})/g,
];

/** Has an ending that begins with a letter: `a.ts`, no address and no time. */
const IS_FILE = /(?:^|\/)[^/]*\.[A-Za-z]\w{0,9}$/;

interface Found {
  readonly place: NamedPlace;
  readonly from: number;
  readonly to: number;
}

function placesIn(text: string): readonly Found[] {
  return PLACES.flatMap((pattern) =>
    [...text.slice(0, LONGEST).matchAll(pattern)].flatMap((match): readonly Found[] => {
      const { file = '', line = '', column } = match.groups ?? {};
      if (!IS_FILE.test(file)) return [];
      const place = { file, line: Number(line), ...(column && { column: Number(column) }) };
      return [{ place, from: match.index, to: match.index + match[0].length }];
    }),
  );
}

/** The one that the column is in, else the nearest. */
export function placeIn(text: string, column: number): NamedPlace | undefined {
  const away = ({ from, to }: Found): number => Math.max(from - column, column - to, 0);
  const [nearest] = [...placesIn(text)].sort((a, b) => away(a) - away(b) || a.from - b.from);
  return nearest?.place;
}

/** The whole line, over its rows, and where in it the cursor is. */
function lineAt(pane: PaneView, { line, column }: TextPlace): readonly [string, number] {
  let first = line;
  while (first > pane.firstLine && pane.isWrapped(first)) first -= 1;
  const end = pane.firstLine + pane.lineCount;
  let text = '';
  let at = column;
  for (let row = first; row < end && (row === first || pane.isWrapped(row)); row += 1) {
    if (row === line) at += text.length;
    text += pane.chars(row).join('');
    if (text.length > LONGEST + column) break;
  }
  return [text, at];
}

/** Folder of the module that a pane is about; paths of its programs begin there. */
function folderOf(pane: DashboardPane | undefined, { state }: Scene): string {
  const definition = pane?.definition;
  if (definition === undefined || definition.kind === 'edit') return '';
  const name =
    'service' in definition
      ? definition.service
      : 'module' in definition
        ? definition.module
        : 'in' in definition
          ? definition.in
          : undefined;
  return state.modules.find((module) => module.name === name)?.path ?? '';
}

/**
 * The place in a file of the project that stands at the cursor, or nearest to it in its line: as the
 * container names it, as a path of this machine, or from the module's folder. Undefined where there is
 * none, or where the container means a file of its own.
 */
export function namedPlace(paneId: string, at: TextPlace, around: Scene): NamedPlace | undefined {
  const [text, column] = lineAt(around.pane(paneId), at);
  const found = placeIn(text, column);
  if (found === undefined) return undefined;
  const file = posix.normalize(found.file);
  if (file.startsWith(WORKSPACE)) return { ...found, file: file.slice(WORKSPACE.length) };
  if (file.startsWith('/')) return { ...found, file };
  const pane = around.windows
    .flatMap((window) => (window.kind === 'panes' ? window.panes : []))
    .find(({ id }) => id === paneId);
  return { ...found, file: posix.join(folderOf(pane, around), file) };
}
