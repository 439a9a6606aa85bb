import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';

/** A key below a key at the margin, as the file is written; plain, or quoted where YAML wants that. */
const SERVICE = /^ {2}([^\s#].*?):(?:\s|$)/;
const KEY_OF_SERVICE = /^ {4}([a-z_]+):(?: (\d+)\b)?/;
const REPLICAS = /^ {6}replicas: (\d+)\b/;

/** A service of the merged file. */
export interface DefinedService {
  readonly name: string;
  /** How many containers it has: `scale` or `deploy.replicas`, else 1. */
  readonly replicas: number;
  /** Whether it is done when it ends with 0; a file of an older version does not say it of any. */
  readonly mayEnd: boolean;
}

/** Where the merged file names the services that may end: Compose takes no notice of `x-…`. */
export const MAY_END_KEY = 'x-onestack-may-end';
const MAY_END = new RegExp(`^${MAY_END_KEY}: "?([^"#]*)`, 'm');

/**
 * Services of the file that was merged last, in its order; none before the first `dev up`. Only
 * its lines are looked at: every short command asks, and YAML takes longer than all else it does.
 * A damaged file counts as none: the next `dev up` writes it anew.
 */
export function definedServices(
  { composeFile }: Pick<Places, 'composeFile'>,
  files: Pick<Files, 'read'>,
): readonly DefinedService[] {
  const text = files.read(composeFile);
  if (!text.ok || text.value === undefined) return [];
  const lines = text.value.split('\n');
  const from = lines.indexOf('services:');
  if (from < 0) return [];
  const ending = MAY_END.exec(text.value)?.[1]?.trim().split(' ');
  const services: { name: string; replicas: number; mayEnd: boolean }[] = [];
  let keyOfService = '';
  for (const line of lines.slice(from + 1)) {
    if (/^[^\s#]/.test(line)) break;
    const [, key] = SERVICE.exec(line) ?? [];
    if (key !== undefined) {
      const name = key.startsWith('"') ? textOf(key) : key;
      if (name === undefined) return [];
      services.push({ name, replicas: 1, mayEnd: ending?.includes(name) ?? true });
    }
    const [, own, scale] = KEY_OF_SERVICE.exec(line) ?? [];
    keyOfService = own ?? keyOfService;
    const replicas =
      own === 'scale' ? scale : keyOfService === 'deploy' ? REPLICAS.exec(line)?.[1] : undefined;
    const current = services.at(-1);
    if (replicas !== undefined && current !== undefined) current.replicas = Number(replicas);
  }
  return services;
}

/** As it is written by `scalarText`: names have no characters that only YAML escapes. */
function textOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
