import type { ProbeStageDefinition } from '../model/probe.ts';
import { kindNamed } from '../service-kinds/table.ts';

/** A database calls nobody: what comes after one in the list is called by whoever called it. */
function isLeaf({ url }: ProbeStageDefinition): boolean {
  const [word = ''] = url.split(':');
  return word === 'tcp' || kindNamed(word) !== undefined;
}

/**
 * Who calls each stage. As written (`after`), else the stage before it in the list that can call.
 * @returns stage name → name of the stage that calls it; the first has none.
 */
export function callersOf(stages: readonly ProbeStageDefinition[]): ReadonlyMap<string, string> {
  const callers = new Map<string, string>();
  stages.forEach((stage, index) => {
    const before = stages.slice(0, index).findLast((each) => !isLeaf(each));
    const caller = stage.after ?? before?.name;
    if (caller !== undefined) callers.set(stage.name, caller);
  });
  return callers;
}

/** Whether each stage works, and which one is to blame when it does not. */
export interface Blame {
  /** Stages that fail by themselves: all that they call works. In the order of the list. */
  readonly culprits: readonly string[];
  /** Stages that fail only because one behind them does: stage name → the culprit's name. */
  readonly because: ReadonlyMap<string, string>;
}

/**
 * A request to a stage passes through all the stages that it calls, so one broken stage breaks all
 * those in front of it. The one to blame is the innermost.
 */
export function findCulprits(
  stages: readonly ProbeStageDefinition[],
  failed: ReadonlySet<string>,
): Blame {
  const callers = callersOf(stages);
  const because = new Map<string, string>();
  const culprits = stages.filter(({ name }) => {
    const calledFail = stages.some(
      (each) => callers.get(each.name) === name && failed.has(each.name),
    );
    return failed.has(name) && !calledFail;
  });
  for (const { name } of culprits) {
    const seen = new Set([name]);
    for (let at = callers.get(name); at !== undefined && !seen.has(at); at = callers.get(at)) {
      seen.add(at);
      if (failed.has(at) && !because.has(at)) because.set(at, name);
    }
  }
  return { culprits: culprits.map(({ name }) => name), because };
}
