import {
  buildArguments,
  contextFolder,
  readServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import { dockerfileFacts, type DockerfileFacts } from '../../init/dockerfile-facts.ts';
import { isMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { shownIn } from '../project/read-project.ts';

/**
 * What a service of a merged document has from the Dockerfile that it is built from.
 * @returns undefined where it is not built, or from what does not lie in the project.
 */
export function serviceFacts(
  service: unknown,
  root: string,
  files: Files,
): DockerfileFacts | undefined {
  const build = isMapping(service) ? buildOf(service) : undefined;
  if (build === undefined || contextFolder(build) === undefined) return undefined;
  const own = files.confined(root);
  const read = readServiceDockerfile(build, own);
  if (!read.ok || read.value === undefined) return undefined;
  const target = typeof build['target'] === 'string' ? build['target'] : undefined;
  const options = { target, args: buildArguments(build) };
  return dockerfileFacts(read.value.text, shownIn(root, read.value.path), options);
}
