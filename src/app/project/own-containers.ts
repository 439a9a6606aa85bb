import { applyTool, toPlain, type MergedCompose } from '../../compose/load/merge.ts';
import { dependencyCycle } from '../../compose/order.ts';
import { child } from '../../compose/tree.ts';
import { ownContainerEdits } from '../../generate/own-container-edits.ts';

/** A document in which what is shared with the project's own containers is shared with their services. */
export function withOwnContainers(merged: MergedCompose, instance: string): MergedCompose {
  const edits = ownContainerEdits(toPlain(merged), instance);
  if (edits.length === 0) return merged;
  const edited = applyTool(merged, edits);
  const services = child(edited.root, 'services');
  // Two that share with each other would never start; as they are written, one may be there already.
  const isCircle = services?.kind === 'map' && dependencyCycle(services, () => true) !== undefined;
  return isCircle ? merged : edited;
}
