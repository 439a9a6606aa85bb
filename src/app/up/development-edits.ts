import type { Edit } from '../../compose/merge/edits.ts';
import { containerNameEdits, earlyHealthEdits } from '../../generate/compose-edits.ts';
import { hostNameEdits } from '../../generate/host-name-edits.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import { namesHostInFiles } from './host-name.ts';
import { builtHealth } from './image-health.ts';

/** What development, or trying a commit's images, changes of a Compose file that was written for Compose. */
export function developmentEdits(
  definition: Definition,
  files: Files,
  takenNames: ReadonlySet<string> = new Set(),
): readonly Edit[] {
  const { settings, context, project, instance, trial } = definition.opened;
  const { document, order } = definition.environment;
  // Whoever tries images waits for all of them, and is done with them then.
  if (trial !== undefined) return earlyHealthEdits(document, order, builtHealth(definition, files));
  if (!policyOf(context).eases) return [];
  const isEarly = settings.compose.health === 'early';
  const isScoped = settings.compose.containerNames === 'scoped';
  // What the project's own files say of their services is meant for development.
  const early =
    project.compose === undefined
      ? project.modules.flatMap(({ name, build }) =>
          build !== undefined && order.includes(name) ? [name] : [],
        )
      : order;
  return [
    ...hostNameEdits(document, order, (name) => namesHostInFiles(document, name, files)),
    ...(isEarly ? earlyHealthEdits(document, early, builtHealth(definition, files)) : []),
    ...(isScoped ? containerNameEdits(document, order, instance, takenNames) : []),
  ];
}
