import { parse } from 'yaml';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';

/** A key below a key at the margin, as the file is written; plain, or quoted where YAML wants that. */
const SERVICE = /^ {2}([^\s#].*?):(?:\s|$)/;

/**
 * Service names of the file that was merged last, in its order; none before the first `dev up`. Only
 * its lines are looked at: every short command asks, and YAML takes longer than all else it does.
 * A damaged file counts as none: the next `dev up` writes it anew.
 */
export function definedServices(
  { composeFile }: Pick<Places, 'composeFile'>,
  files: Pick<Files, 'read'>,
): readonly string[] {
  const text = files.read(composeFile);
  if (!text.ok || text.value === undefined) return [];
  const lines = text.value.split('\n');
  const from = lines.indexOf('services:');
  if (from < 0) return [];
  const names: string[] = [];
  for (const line of lines.slice(from + 1)) {
    if (/^[^\s#]/.test(line)) break;
    const [, key] = SERVICE.exec(line) ?? [];
    if (key === undefined) continue;
    const name = /^["']/.test(key) ? textOf(key) : key;
    if (name === undefined) return [];
    names.push(name);
  }
  return names;
}

function textOf(quoted: string): string | undefined {
  try {
    return String(parse(quoted));
  } catch {
    return undefined;
  }
}
