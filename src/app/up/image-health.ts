import type { ImageHealth } from '../../generate/compose-edits.ts';
import { buildArguments } from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import { dockerfileFacts } from '../../init/dockerfile-facts.ts';
import { isMapping, mappingAt } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import { shownIn } from '../project/read-project.ts';
import { serviceFacts } from './service-facts.ts';

/** The health check of the Dockerfile that a service, or a module, is built from. */
export function builtHealth({ opened, environment }: Definition, files: Files): ImageHealth {
  const { root, modules } = opened.project;
  return (name) => {
    const service = mappingAt(environment.document, 'services')[name];
    const build = modules.find((one) => one.name === name)?.build;
    if (build === undefined || (isMapping(service) && buildOf(service) !== undefined)) {
      return serviceFacts(service, root, files)?.healthcheck;
    }
    const path = `${root}/${build.dockerfile}`;
    const text = files.confined(root).read(path);
    if (!text.ok || text.value === undefined) return undefined;
    const args = buildArguments({ args: build.args });
    const options = { target: build.target, args };
    return dockerfileFacts(text.value, shownIn(root, path), options).healthcheck;
  };
}
