import type { CheckResult } from '../model/check-result.ts';
import type { SessionState } from '../state/session-state.ts';
import type { DefinitionKeeper } from './environment.ts';
import type { EventBus } from './event-bus.ts';

/** What was compiled before containers started is a result like any other, of no save. */
export function tellCompiled(environment: Pick<DefinitionKeeper, 'compiled'>, bus: EventBus): void {
  for (const result of environment.compiled()) {
    const { at } = result;
    if (at > lastOf(bus.state, result)) bus.emit({ kind: 'check-finished', ...result });
  }
}

/** When the check last came to a result; never, where it has none or is not known. */
function lastOf({ modules }: SessionState, { module, check }: CheckResult): number {
  const known = modules
    .find(({ name }) => name === module)
    ?.checks.find((one) => one.check === check);
  return known === undefined ? Number.POSITIVE_INFINITY : (known.last?.at ?? 0);
}
