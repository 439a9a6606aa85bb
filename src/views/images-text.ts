import pc from 'picocolors';
import { sizeText } from '../util/size-text.ts';
import { tableText } from './table.ts';

/** One base image and what is known of it. */
export interface ImageRow {
  readonly name: string;
  readonly parent: string | undefined;
  readonly origin: 'project' | 'tool';
  readonly built: boolean;
  /** Why it would be built; undefined when it is. */
  readonly cause: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly services: readonly string[];
}

/** The rows as a tree, each with the lines that lead to it. */
function tree(
  rows: readonly ImageRow[],
  parent: string | undefined,
  lead: string,
): readonly (readonly [lead: string, row: ImageRow])[] {
  const children = rows.filter((row) => row.parent === parent);
  return children.flatMap((row, index) => {
    const last = index === children.length - 1;
    const own = parent === undefined ? '' : lead + (last ? '└─ ' : '├─ ');
    const below = parent === undefined ? '' : lead + (last ? '   ' : '│  ');
    return [[own, row] as const, ...tree(rows, row.name, below)];
  });
}

/** The hierarchy as a tree: built or why not, size, where it comes from, who runs it. */
export function imagesText(rows: readonly ImageRow[], color: boolean): string {
  const paint = pc.createColors(color);
  return tableText(
    tree(rows, undefined, '').map(([lead, row]) => {
      const mark = row.built ? paint.green('✓') : paint.yellow('○');
      const state = row.built ? 'built' : (row.cause ?? '');
      return [
        `${mark} ${paint.dim(lead)}${row.name}`,
        state,
        row.sizeBytes === undefined ? '' : sizeText(row.sizeBytes),
        row.origin === 'project' ? "the project's" : '',
        row.services.join(' '),
      ];
    }),
  );
}
