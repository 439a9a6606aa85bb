import { textWidth } from './text-width.ts';
import { ownLine } from '../util/terminal-text.ts';

/** Rows as aligned columns, two blanks between; the last column is not padded. Ends with a line end. */
export function tableText(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(ownLine));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, textWidth(cell));
    });
  }
  const lines = rows.map((row) =>
    row
      .map((cell, index) => {
        const isLast = index === row.length - 1;
        return isLast ? cell : cell + ' '.repeat((widths[index] ?? 0) - textWidth(cell));
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
