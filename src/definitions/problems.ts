import type { Failure } from '../events/failure.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** What a problem is, without its place. */
export interface DefinitionProblem {
  readonly what: string;
  readonly why?: string;
  readonly cure?: string;
  readonly detail?: readonly string[];
}

/** Collects every problem of one definition file, so that all of them can be told at once. */
export class DefinitionProblems {
  readonly #source: YamlSource;
  readonly #failures: Failure[] = [];

  constructor(source: YamlSource) {
    this.#source = source;
  }

  get source(): YamlSource {
    return this.#source;
  }

  /** A problem with the value at a path. */
  at(path: YamlPath, problem: DefinitionProblem): void {
    this.#failures.push({ reason: 'definition', ...problem, at: this.#source.placeAt(path) });
  }

  /** A problem with the key at a path. */
  atKey(path: YamlPath, problem: DefinitionProblem): void {
    this.#failures.push({ reason: 'definition', ...problem, at: this.#source.placeOfKey(path) });
  }

  /** All problems so far, in the order of the file. */
  get failures(): readonly Failure[] {
    return byPlace(this.#failures);
  }
}

/** In the order of the file. */
export function byPlace(failures: readonly Failure[]): readonly Failure[] {
  return [...failures].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}
