// Makes docs/images/*.svg from the running dashboard of a project: what a terminal shows, cell by
// cell. Nothing is drawn by hand.
//
//     dev up --detach            (in examples/shop)
//     npx tsx scripts/screenshots.ts examples/shop
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  BOLD,
  DIM,
  INVERSE,
  ITALIC,
  STRIKE,
  UNDERLINE,
  colorValue,
  isPalette,
  isRgb,
} from '../src/util/cell-grid.ts';
import type { CellGrid, Color } from '../src/util/cell-grid.ts';
import { paletteRgb } from '../src/views/dashboard/palette-colors.ts';
import { openScreen } from '../test/support/pty-screen.ts';
import type { Screen } from '../test/support/pty-screen.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const PADDING = 12;
const FOREGROUND = '#d6deeb';
const BACKGROUND = '#0f1720';

/** What to type, and what to wait for, before a picture is taken. */
const SHOTS: readonly { name: string; keys: string; shown: (text: string) => boolean }[] = [
  {
    name: 'overview',
    keys: '\x020:run all checks\r',
    // All have been run now, and the numbers of all containers are in.
    shown: (text) =>
      / watching · /.test(text) && !/⟳|waits/.test(text) && / 0s ago| \ds ago/.test(text),
  },
  // One window of shop: a shell, the checks and the log of its API.
  {
    name: 'window',
    keys: '\x023clear; ls -l; node --version\r',
    shown: (text) => /^v\d+\.[^]*\(dev\)/m.test(text),
  },
  { name: 'search', keys: '\x02fquote\r', shown: (text) => /“quote”/.test(text) },
  { name: 'palette', keys: 'q\x020:toggle', shown: (text) => /> toggle/.test(text) },
  {
    name: 'help',
    keys: '\x07\x02?',
    shown: (text) => /window by number/.test(text) && !/> toggle/.test(text),
  },
];

/** The 16 colours that a terminal's theme defines; here one that is easy on the eyes. */
const THEME_COLORS = [
  ...['#0f1720', '#f07178', '#8fce72', '#e6b450', '#2f6db5', '#c792ea', '#56c2d6', '#d6deeb'],
  ...['#5f6f80', '#ff8b92', '#a6e088', '#ffcb6b', '#5c9ded', '#ddb3ff', '#7fdbe8', '#ffffff'],
];

function hex(color: Color, otherwise: string): string {
  if (!isRgb(color) && !isPalette(color)) return otherwise;
  const themed = isPalette(color) ? THEME_COLORS[colorValue(color)] : undefined;
  if (themed !== undefined) return themed;
  const rgb = isRgb(color) ? colorValue(color) : paletteRgb(colorValue(color));
  return `#${rgb.toString(16).padStart(6, '0')}`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A screen as SVG: a rectangle for each background, a text for each run of equal cells. */
export function screenSvg(grid: CellGrid, title: string): string {
  const width = grid.columns * CELL_WIDTH + 2 * PADDING;
  const height = grid.rows * CELL_HEIGHT + 2 * PADDING;
  const rectangles: string[] = [];
  const texts: string[] = [];
  for (let y = 0; y < grid.rows; y += 1) {
    for (let x = 0; x < grid.columns;) {
      const at = y * grid.columns + x;
      const same = (other: number): boolean =>
        grid.fg[other] === grid.fg[at] &&
        grid.bg[other] === grid.bg[at] &&
        grid.attributes[other] === grid.attributes[at];
      let end = x + 1;
      while (end < grid.columns && same(y * grid.columns + end)) end += 1;
      const text = grid.chars.slice(at, at + end - x).join('');
      const run = { x, y, columns: end - x, text };
      draw(run, grid.fg[at] ?? 0, grid.bg[at] ?? 0, grid.attributes[at] ?? 0, rectangles, texts);
      x = end;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${rectangles.join('\n')}
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

const LINES: Readonly<Record<string, string>> = {
  '─': 'M0 9H8.4',
  '│': 'M4.2 0V18',
  '╭': 'M8.4 9Q4.2 9 4.2 18',
  '╮': 'M0 9Q4.2 9 4.2 18',
  '╰': 'M4.2 0Q4.2 9 8.4 9',
  '╯': 'M4.2 0Q4.2 9 0 9',
};
/** Eighths of a row, from below. */
const BLOCKS = '▁▂▃▄▅▆▇█';

/** What draws a line or block character; the empty string for one that a font draws. */
function shape(char: string, column: number, row: number): string {
  const left = PADDING + column * CELL_WIDTH;
  const top = PADDING + row * CELL_HEIGHT;
  const move = `transform="translate(${left.toFixed(1)} ${top})"`;
  const line = LINES[char];
  if (line !== undefined) return `${move} d="${line}" fill="none" stroke="COLOR"`;
  const eighths = BLOCKS.indexOf(char) + 1;
  if (eighths === 0) return '';
  const height = (eighths * 12) / 8;
  return `${move} d="M.7 ${15 - height}h7v${height}h-7z" fill="COLOR"`;
}

function draw(
  run: { x: number; y: number; columns: number; text: string },
  fg: Color,
  bg: Color,
  attributes: number,
  rectangles: string[],
  texts: string[],
): void {
  const inverse = (attributes & INVERSE) !== 0;
  const front = inverse ? hex(bg, BACKGROUND) : hex(fg, FOREGROUND);
  const back = inverse ? hex(fg, FOREGROUND) : hex(bg, BACKGROUND);
  const left = (PADDING + run.x * CELL_WIDTH).toFixed(1);
  const top = PADDING + run.y * CELL_HEIGHT;
  const width = (run.columns * CELL_WIDTH).toFixed(1);
  if (back !== BACKGROUND) {
    rectangles.push(
      `<rect x="${left}" y="${top}" width="${width}" height="${CELL_HEIGHT}" fill="${back}"/>`,
    );
  }
  // Fonts leave gaps between the rows; lines and blocks have to meet.
  const shapes = Array.from(run.text, (char, column) => shape(char, run.x + column, run.y));
  for (const path of shapes)
    if (path !== '') texts.push(`<path ${path.replaceAll('COLOR', front)}/>`);
  const words = Array.from(run.text, (char, column) => (shapes[column] === '' ? char : ' ')).join(
    '',
  );
  if (words.trim() === '') return;
  const styles = [
    (attributes & BOLD) !== 0 ? ' font-weight="bold"' : '',
    (attributes & ITALIC) !== 0 ? ' font-style="italic"' : '',
    (attributes & DIM) !== 0 ? ' opacity="0.65"' : '',
    (attributes & UNDERLINE) !== 0 ? ' text-decoration="underline"' : '',
    (attributes & STRIKE) !== 0 ? ' text-decoration="line-through"' : '',
  ].join('');
  texts.push(
    `<text x="${left}" y="${top + 13.5}" fill="${front}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${styles}>${escape(words)}</text>`,
  );
}

async function shoot(screen: Screen, project: string): Promise<void> {
  const folder = join(ROOT, 'docs/images');
  mkdirSync(folder, { recursive: true });
  for (const { name, keys, shown } of SHOTS) {
    const before = screen.text();
    screen.send(keys);
    await screen.until('the keys', (now) => now.text() !== before);
    await screen.until(name, (now) => shown(now.text()), 180_000);
    const file = join(folder, `dashboard-${name}.svg`);
    writeFileSync(
      file,
      screenSvg(screen.cells(), `The dashboard of ${basename(project)}: ${name}`),
    );
    console.log(file);
  }
}

const project = resolve(process.argv[2] ?? '.');
const screen = await openScreen([process.execPath, join(ROOT, 'dist/main.js'), 'dash'], {
  cwd: project,
  columns: 150,
  rows: 32,
});
await screen.until('the dashboard', /0:overview/, 30_000);
await shoot(screen, project);
screen.send('x\x02d');
await screen.exited;
