import { relative } from 'node:path';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { listAt } from '../../plan/compose-view.ts';
import { foldersInVolumes } from '../../plan/let-through.ts';
import type { Plan } from '../../plan/step.ts';

/** Where images of databases look for what makes a new one. */
const FIRST_RUN = '/docker-entrypoint-initdb.d/';

/** Files of this project that a service is given to make its data of, as causes call them. */
function firstRunFiles(service: PlainMapping, root: string): readonly string[] {
  return listAt(service, 'volumes').flatMap((mount) => {
    if (!isMapping(mount) || mount['type'] !== 'bind') return [];
    const { source, target } = mount;
    const isOne = typeof target === 'string' && target.startsWith(FIRST_RUN);
    return isOne && typeof source === 'string' ? [relative(root, source)] : [];
  });
}

/**
 * What a plan makes anew, and data has of before: its containers see nothing of what was edited, and who
 * does not know that looks for the fault elsewhere.
 */
export function outlivedData(
  { steps }: Pick<Plan, 'steps'>,
  document: PlainMapping,
  root: string,
): readonly string[] {
  const isReset = (name: string): boolean =>
    steps.some(({ action }) => action.kind === 'reset-data' && action.service === name);
  const built = new Set(
    steps.flatMap(({ action }) => (action.kind === 'bring-image' ? [action.service] : [])),
  );
  return steps.flatMap(({ action, cause }) => {
    if (action.kind !== 'recreate' || isReset(action.service)) return [];
    const { service: name } = action;
    const service = mappingAt(mappingAt(document, 'services'), name);
    const files = firstRunFiles(service, root)
      .filter((file) => cause.includes(`${file} changed`))
      .map((file) => `${name} reads ${file} for new data alone (dev up --reset-data=${name})`);
    const folders = built.has(name) ? foldersInVolumes(service) : [];
    return [
      ...files,
      ...folders.map(
        ({ target, volume }) =>
          `${name}: ${target} is the volume ${volume}, which stays as it is: what the new image has there is not seen (dev up --reset-data=${name}, or a volume without a name: it comes with the image)`,
      ),
    ];
  });
}
