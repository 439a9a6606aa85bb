import { runningContainer, type DataTarget } from './context.ts';

/** By what its data is saved: a program of its own, or as its files lie. */
export function howSaved(target: DataTarget): string {
  const dump = target.kind?.dump;
  if (dump !== undefined && (runningContainer(target) !== undefined || target.volumes.length === 0))
    return dump.tool;
  return `copy of ${target.volumes.map(({ key }) => key).join(', ')}`;
}
