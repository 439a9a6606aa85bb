/** The form of a value in a Compose file. The vocabulary that the schema is written in. */
export type Shape = ScalarShape | ListShape | MapShape | ShapeChoice;

export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'null';

export interface ScalarShape {
  readonly kind: 'scalar';
  readonly types: readonly JsonType[];
  readonly oneOf?: readonly string[];
  /** Texts beyond those of `oneOf`, with how they are described. */
  readonly orLike?: { readonly pattern: RegExp; readonly shown: string };
  readonly min?: number;
  readonly max?: number;
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Shape;
  /** No two items are equal. */
  readonly unique: boolean;
}

export interface MapShape {
  readonly kind: 'map';
  readonly keys: ReadonlyMap<string, Shape>;
  /** Keys that people choose: what they look like, and their values. */
  readonly named?: { readonly pattern: RegExp; readonly shape: Shape };
  /** Whether keys beyond these are let through unseen. */
  readonly open: boolean;
  /** Whether `x-` keys are let through. */
  readonly extensions: boolean;
  readonly required: readonly string[];
}

export interface ShapeChoice {
  readonly kind: 'choice';
  readonly of: readonly (ScalarShape | ListShape | MapShape)[];
}

export function scalar(...types: JsonType[]): ScalarShape {
  return { kind: 'scalar', types };
}

export function word(...oneOf: string[]): ScalarShape {
  return { kind: 'scalar', types: ['string'], oneOf };
}

export function listOf(item: Shape, unique: 'unique' | 'any' = 'any'): ListShape {
  return { kind: 'list', item, unique: unique === 'unique' };
}

interface MapOptions {
  readonly open?: boolean;
  readonly extensions?: boolean;
  readonly required?: readonly string[];
}

/** A mapping with known keys; `x-` keys beside them unless said otherwise. */
export function mapOf(keys: Readonly<Record<string, Shape>>, options: MapOptions = {}): MapShape {
  return {
    kind: 'map',
    keys: new Map(Object.entries(keys)),
    open: options.open ?? false,
    extensions: options.extensions ?? true,
    required: options.required ?? [],
  };
}

/** A mapping from names that people choose. */
export function named(pattern: RegExp, shape: Shape, open = false): MapShape {
  return {
    kind: 'map',
    keys: new Map(),
    named: { pattern, shape },
    open,
    extensions: false,
    required: [],
  };
}

export function choice(...of: readonly (ScalarShape | ListShape | MapShape)[]): ShapeChoice {
  return { kind: 'choice', of };
}
