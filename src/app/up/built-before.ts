import { pullPolicy } from '../../images/pull-policy.ts';
import { IMAGE_LABELS, SERVICE_IMAGE_KIND } from '../../images/reference.ts';
import {
  contextDigests,
  serviceStaleness,
  type ContextDigests,
} from '../../images/service-fingerprint.ts';
import { findImage } from '../../images/service-reference.ts';
import { isMapping, mappingAt } from '../../model/plain.ts';
import type { ImageSummary } from '../../ports/engine-resources.ts';
import type { Files } from '../../ports/files.ts';
import type { BuildInputs } from './build-inputs.ts';
import { stateFile, writeBuildState } from './build-state.ts';
import type { Prepared } from './prepare.ts';
import { readJson } from '../../util/read-json.ts';

/** Files of all contexts, as the project names them. */
function allDigests({ contexts }: BuildInputs, root: string): ContextDigests {
  const shown = (folder: string): string => {
    if (folder === root) return '';
    return folder.startsWith(`${root}/`) ? `${folder.slice(root.length + 1)}/` : `${folder}/`;
  };
  return Object.fromEntries(
    contexts.flatMap(({ folder, entries }) =>
      Object.entries(contextDigests(entries)).map(([path, digest]) => [
        shown(folder) + path,
        digest,
      ]),
    ),
  );
}

/** Why the image that a service has is not the one that its files make; undefined when it is. */
export function stalenessOf(
  inputs: BuildInputs,
  prepared: Prepared,
  images: readonly ImageSummary[],
  files: Pick<Files, 'read'>,
): string | undefined {
  const image = findImage(images, inputs.reference);
  if (image === undefined) return undefined;
  const definition = mappingAt(mappingAt(prepared.document, 'services'), inputs.service);
  const isOurs = image.labels[IMAGE_LABELS.kind] === SERVICE_IMAGE_KIND;
  // Where a registry is asked first, what it gave is right.
  const { kind } = pullPolicy(definition['pull_policy']);
  if (!isOurs && (kind === 'missing' || kind === 'always')) return undefined;
  const labels = isOurs ? image.labels : {};
  const fingerprint = labels[IMAGE_LABELS.fingerprint];
  if (fingerprint === inputs.fingerprint.value) return undefined;
  const built = readJson(stateFile(prepared, inputs.service, 'built'), files);
  const before = isMapping(built) && built['fingerprint'] === fingerprint ? built['files'] : {};
  const isKnown = isMapping(before) && Object.keys(before).length > 0;
  const after = allDigests(inputs, prepared.opened.project.root);
  return serviceStaleness(
    labels,
    inputs.fingerprint,
    isKnown ? { before: before as ContextDigests, after } : undefined,
  );
}

/** What the files were when an image was built: told apart from later ones by name. */
export function rememberBuilt(inputs: BuildInputs, prepared: Prepared, files: Files): void {
  const path = stateFile(prepared, inputs.service, 'built');
  const digests = allDigests(inputs, prepared.opened.project.root);
  writeBuildState(path, { fingerprint: inputs.fingerprint.value, files: digests }, files);
}
