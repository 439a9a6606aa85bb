// Makes docs/images/*.svg from the running dashboard of a project: what a terminal shows, cell by
// cell. Nothing is drawn by hand.
//
//     dev up --detach            (in examples/shop)
//     npx tsx scripts/screenshots.ts examples/shop
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
const SHOTS: readonly { name: string; keys: string; shown: RegExp }[] = [
  {
    name: 'overview',
    keys: '\x020:run all checks\r',
    shown: /%[^]*%[^]*%[^]*✓ compile[^]* watching · /,
  },
  { name: 'window', keys: '\x023', shown: /checks[^]*│/ },
  { name: 'palette', keys: '\x02:toggle', shown: /command/ },
  { name: 'help', keys: '\x07', shown: /│/ },
];

function hex(color: Color, otherwise: string): string {
  if (!isRgb(color) && !isPalette(color)) return otherwise;
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
  if (run.text.trim() === '') return;
  const styles = [
    (attributes & BOLD) !== 0 ? ' font-weight="bold"' : '',
    (attributes & ITALIC) !== 0 ? ' font-style="italic"' : '',
    (attributes & DIM) !== 0 ? ' opacity="0.65"' : '',
    (attributes & UNDERLINE) !== 0 ? ' text-decoration="underline"' : '',
    (attributes & STRIKE) !== 0 ? ' text-decoration="line-through"' : '',
  ].join('');
  texts.push(
    `<text x="${left}" y="${top + 13.5}" fill="${front}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${styles}>${escape(run.text)}</text>`,
  );
}

async function shoot(screen: Screen, project: string): Promise<void> {
  const folder = join(ROOT, 'docs/images');
  mkdirSync(folder, { recursive: true });
  for (const { name, keys, shown } of SHOTS) {
    screen.send(keys);
    await screen.until(name, shown, 180_000);
    if (name === 'help') {
      screen.send('\x02?');
      await screen.until(name, /window by number/);
    }
    const file = join(folder, `dashboard-${name}.svg`);
    writeFileSync(file, screenSvg(screen.cells(), `${project}: ${name}`));
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
