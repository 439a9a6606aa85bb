/**
 * A YAML node before values are typed: what Compose's parser sees when it looks for `!reset` and
 * `!override`. Mutable, since resolving those tags changes shared (anchored) nodes.
 */
export interface RawNode {
  readonly kind: 'scalar' | 'list' | 'map' | 'alias';
  /** `''`, `!reset`, `!!str`, … */
  readonly tag: string;
  readonly start: number;
  end: number;
  /** A scalar's text, or an alias's name. */
  readonly value: string;
  readonly quoted: boolean;
  /** List items; or keys and values of a mapping by turns. */
  children: RawNode[];
  /** What an alias stands for. */
  readonly target?: RawNode;
}

const NONE: RawNode[] = [];

/** A plain scalar without text: what stands where nothing is written. */
export function emptyRaw(at: number): RawNode {
  return { kind: 'scalar', tag: '', start: at, end: at, value: '', quoted: false, children: NONE };
}

/** A scalar with its text. */
export function scalarRaw(
  tag: string,
  start: number,
  end: number,
  value: string,
  quoted: boolean,
): RawNode {
  return { kind: 'scalar', tag, start, end, value, quoted, children: NONE };
}
