import type { ListedEntry } from '../generate/catalogue-list.ts';
import { tableText } from './table.ts';

/** One line an entry: its name, what it is, and where its image comes from. */
export function catalogueText(entries: readonly ListedEntry[]): string {
  const rows = entries.map(({ name, title, image, built, own }) => [
    name,
    title,
    built ? 'built here' : `pulled: ${image}`,
    own ? "the project's own" : '',
  ]);
  return `${tableText(rows)}In dev.yaml:  services: { NAME: ENTRY }  e.g. services: { db: postgres }\n`;
}
