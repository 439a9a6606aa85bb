import { isMapping } from '../../model/plain.ts';
import { parsePorts } from '../port-spec.ts';
import type { Plain } from '../tree.ts';
import type { Change, SnapshotValue } from './diff.ts';

/** `api: ports 3000→3001 (compose/dev.yaml:14)`. */
export function changeText(change: Change): string {
  const subject = change.service ?? change.path;
  const at = change.after?.at ?? '';
  const place = at === '' ? '' : ` (${at})`;
  if (change.path === '' || change.service === undefined) {
    const values =
      change.kind === 'changed'
        ? ` ${shown(change.before)}→${shown(change.after)}`
        : ` ${change.kind}`;
    return `${subject}:${values}${place}`;
  }
  const { name, before, after } = named(change);
  if (change.kind === 'added') return `${subject}: ${name} ${after} added${place}`;
  if (change.kind === 'removed') return `${subject}: ${name} ${before} removed`;
  return `${subject}: ${name} ${before}→${after}${place}`;
}

/** For lists the field alone names the value; a port is told by its host port where that changed. */
function named(change: Change): { name: string; before: string; after: string } {
  const [field = '', ...rest] = change.path.split('.');
  const before = shown(change.before);
  const after = shown(change.after);
  const listed =
    field === 'volumes' || field === 'ports' || [before, after].includes(rest.join('.'));
  if (field === 'ports' && change.kind === 'changed') {
    const old = parsePorts(before);
    const now = parsePorts(after);
    const from = old.ok ? old.value[0] : undefined;
    const to = now.ok ? now.value[0] : undefined;
    if (
      from !== undefined &&
      to !== undefined &&
      from.hostIp === to.hostIp &&
      from.published !== '' &&
      to.published !== ''
    ) {
      return { name: 'ports', before: from.published, after: to.published };
    }
  }
  return { name: listed ? field : change.path, before, after };
}

function shown(value: SnapshotValue | undefined): string {
  if (value === undefined) return '';
  const text = value.value === null ? 'null' : String(value.value);
  const mount = mountIn(value);
  if (mount !== undefined) return mountText(mount);
  return text === '' ? '""' : text;
}

interface ShownMount {
  /** Undefined for what has none: `tmpfs`. */
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
}

/** The mount of a value that a service's long form of volumes has; undefined for all others. */
export function mountIn({ value }: SnapshotValue): ShownMount | undefined {
  if (typeof value !== 'string' || !value.startsWith('{"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (!isMapping(parsed)) return undefined;
    const { target, source, read_only: readOnly } = parsed;
    if (typeof target !== 'string' || !('type' in parsed)) return undefined;
    return {
      target,
      source: typeof source === 'string' ? source : undefined,
      readOnly: readOnly === true,
    };
  } catch {
    return undefined;
  }
}

/** As its short form would be: what else a long one says is in the file. */
const mountText = ({ source, target, readOnly }: ShownMount): string =>
  `${source === undefined ? '' : `${source}:`}${target}${readOnly ? ':ro' : ''}`;

/** Changes as plain data for `--json`. */
export function changesDocument(changes: readonly Change[]): readonly Plain[] {
  return changes.map((change) => ({
    service: change.service ?? null,
    path: change.path,
    kind: change.kind,
    before: change.before?.value ?? null,
    after: change.after?.value ?? null,
    at: change.after?.at ?? null,
  }));
}
