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

/** A production image of a module. */
export interface ModuleRow {
  readonly reference: string;
  /** Name of the base image that it was baked on; undefined where that is no more. */
  readonly parent: string | undefined;
  readonly version: string;
  readonly sizeBytes: number;
}

/** What a tree is made of. */
interface TreeRow {
  readonly name: string | undefined;
  readonly parent: string | undefined;
}

/** The rows as a tree, each with the lines that lead to it. */
function tree<R extends TreeRow>(
  rows: readonly R[],
  parent: string | undefined,
  lead: string,
): readonly (readonly [lead: string, row: R])[] {
  const children = rows.filter((row) => row.parent === parent);
  return children.flatMap((row, index) => {
    const last = index === children.length - 1;
    const own = parent === undefined ? '' : lead + (last ? '└─ ' : '├─ ');
    const below = parent === undefined ? '' : lead + (last ? '   ' : '│  ');
    const deeper = row.name === undefined ? [] : tree(rows, row.name, below);
    return [[own, row] as const, ...deeper];
  });
}

/** The hierarchy as a tree: built or why not, size, where it comes from, who runs it; production's images upon it. */
export function imagesText(
  rows: readonly ImageRow[],
  modules: readonly ModuleRow[],
  color: boolean,
): string {
  const paint = pc.createColors(color);
  // A module image is nobody's base: it has no name that another could stand below.
  const leaves = modules.map((row) => ({ ...row, name: undefined }));
  return tableText(
    tree<ImageRow | (typeof leaves)[number]>([...rows, ...leaves], undefined, '').map(
      ([lead, row]) => {
        if (row.name === undefined) {
          const name = `${paint.green('✓')} ${paint.dim(lead)}${row.reference}`;
          return [name, row.version, sizeText(row.sizeBytes), 'production', ''];
        }
        const mark = row.built ? paint.green('✓') : paint.yellow('○');
        const state = row.built ? 'built' : (row.cause ?? '');
        return [
          `${mark} ${paint.dim(lead)}${row.name}`,
          state,
          row.sizeBytes === undefined ? '' : sizeText(row.sizeBytes),
          row.origin === 'project' ? "the project's" : '',
          row.services.join(' '),
        ];
      },
    ),
  );
}
