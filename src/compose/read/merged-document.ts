import { Problems } from '../problems.ts';
import { plain, type Plain } from '../tree.ts';
import { readDocuments } from './raw.ts';
import { typed } from './typed.ts';

/**
 * What stands in the file that was merged last, as plain data: read as Compose reads it, and several
 * times sooner than by a whole parser.
 * @returns undefined for what is no such file: damaged, or empty.
 */
export function readMerged(text: string): Plain | undefined {
  const problems = new Problems();
  const source = { display: 'compose.yaml', text };
  const [root] = readDocuments(source, problems) ?? [];
  if (root === undefined) return undefined;
  const node = typed(root, source, problems);
  return problems.found() ? undefined : plain(node);
}
