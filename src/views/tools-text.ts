import pc from 'picocolors';
import type { ToolScript } from '../tools/scripts.ts';
import { tableText } from './table.ts';

/** The scripts with what they are for, each with an example below it. */
export function toolsText(scripts: readonly ToolScript[], color: boolean): string {
  const paint = pc.createColors(color);
  const rows = scripts.flatMap(({ name, about, example, origin }) => [
    [paint.bold(name), about + (origin === 'project' ? paint.dim(' (the project’s)') : '')],
    ...(example === undefined ? [] : [['', paint.dim(example)]]),
  ]);
  return tableText(rows);
}
