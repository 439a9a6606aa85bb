import { reachKey, type Reach } from '../../compose/check/reach.ts';
import type { ReachKind } from '../../compose/check/reach-world.ts';
import { oneLine } from '../../util/terminal-text.ts';
import type { Approval } from './store.ts';

/** What a kind of reach comes to, for somebody who knows nothing of Docker. */
const MEANING: Readonly<Record<ReachKind, string>> = {
  program: 'run programs on this machine, as you',
  engine: 'control the engine, which makes it root on this machine',
  data: 'delete data of yours',
  rights: 'have rights over this machine that containers do not have',
  device: 'use devices of this machine',
  path: 'reach files outside of the project',
  secret: 'read your keys and variables',
  network: 'use this machine’s network, or be reached from others',
  foreign: 'reach data, networks or containers that are not its own',
};
const ORDER = Object.keys(MEANING) as readonly ReachKind[];

/** A reach against what was agreed to before. */
export interface ComparedReach extends Reach {
  readonly isNew: boolean;
}

export interface Comparison {
  readonly reaches: readonly ComparedReach[];
  /** Keys that were agreed to last, and are not there any more. */
  readonly gone: readonly string[];
  /** False: nothing was agreed to for this folder yet. */
  readonly changed: boolean;
}

/** Compares with the list that was agreed to last. */
export function compared(reaches: readonly Reach[], approvals: readonly Approval[]): Comparison {
  const last = approvals.at(-1)?.reaches ?? [];
  const [known, now] = [new Set(last), new Set(reaches.map(reachKey))];
  return {
    reaches: reaches.map((reach) => ({ ...reach, isNew: !known.has(reachKey(reach)) })),
    gone: last.filter((key) => !now.has(key)),
    changed: approvals.length > 0,
  };
}

/** The first place of what is new; what was agreed to is not what is wrong. */
export function newPlace({ reaches }: Comparison): Reach['at'] {
  return reaches.find(({ isNew, at }) => isNew && at !== undefined)?.at;
}

const place = ({ at }: Reach): string =>
  at === undefined ? '' : ` (${oneLine(at.file)}:${String(at.line)})`;

/**
 * The list as lines, by what it means, each with its place; what is new is marked where there was
 * another list before.
 */
export function reachLines({ reaches, gone, changed }: Comparison): readonly string[] {
  const lines = ORDER.flatMap((kind) => {
    const some = reaches.filter((reach) => reach.kind === kind);
    if (some.length === 0) return [];
    const items = some.map((reach) => {
      const mark = changed ? (reach.isNew ? '+' : ' ') : '·';
      return `  ${mark} ${oneLine(reachKey(reach))}${place(reach)}`;
    });
    return [`${MEANING[kind]}:`, ...items];
  });
  return [
    ...lines,
    ...(gone.length > 0 ? ['no longer:', ...gone.map((key) => `  - ${oneLine(key)}`)] : []),
  ];
}
