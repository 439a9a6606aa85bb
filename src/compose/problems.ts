import type { Failure, FailureSubject } from '../events/failure.ts';
import { sourcePlace } from './source.ts';
import type { Place } from './source.ts';

/** Collects what is wrong with the definition files, each with its place. */
export class Problems {
  readonly #failures: Failure[] = [];

  /** @param what one line: what is wrong */
  add(
    what: string,
    place: Place | undefined,
    more: { why?: string; cure?: string; about?: FailureSubject } = {},
  ): void {
    const at = place === undefined ? undefined : sourcePlace(place);
    const failure: Failure = { reason: 'definition', what, ...more, ...(at && { at }) };
    if (!this.#failures.some((other) => sameFailure(other, failure))) this.#failures.push(failure);
  }

  addFailure(failure: Failure): void {
    this.#failures.push(failure);
  }

  /** Whether anything is wrong so far. */
  found(): boolean {
    return this.#failures.length > 0;
  }

  get all(): readonly Failure[] {
    return this.#failures;
  }
}

function sameFailure(a: Failure, b: Failure): boolean {
  return (
    a.what === b.what &&
    a.at?.file === b.at?.file &&
    a.at?.line === b.at?.line &&
    a.at?.column === b.at?.column
  );
}
