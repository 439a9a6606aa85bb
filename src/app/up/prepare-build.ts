import { join, relative } from 'node:path';
import type { ServiceBuild } from '../../engine/build-service.ts';
import type { Failure } from '../../events/failure.ts';
import { buildDocument } from '../../images/build-document.ts';
import { namesCompanyCa } from '../../generate/company-certificates.ts';
import { isInside } from '../../images/context.ts';
import { baseImageName } from '../../images/reference.ts';
import { withTrust } from '../../images/trust-dockerfile.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { companyFolder } from '../../model/company-trust.ts';
import { CACHE_NAMESPACE } from '../../images/cache-mounts.ts';
import { mappingAt } from '../../model/plain.ts';
import { PROXY_VARIABLES } from '../../util/proxy-variables.ts';
import { inputLabels, type BuildInputs } from './build-inputs.ts';
import type { Prepared } from './prepare.ts';

/** The exact versions of the hierarchy's images that a Dockerfile begins with. */
function exactBases(
  bases: readonly string[],
  { hierarchy }: Prepared,
): ReadonlyMap<string, string> {
  return new Map(
    bases.flatMap((reference) => {
      const name = baseImageName(reference);
      const exact = name === undefined ? undefined : hierarchy.get(name)?.reference;
      return name === undefined || exact === undefined ? [] : [[name, exact] as const];
    }),
  );
}

/**
 * A Dockerfile of the tool's own, where something is to be left out that the context's `.dockerignore`
 * does not name (BuildKit takes the one that lies beside the Dockerfile), or its text is another one.
 * @returns its path; undefined where the person's own does.
 */
function ownDockerfile(
  { service, contexts, dockerfile }: BuildInputs,
  text: string | undefined,
  { opened }: Prepared,
  files: Files,
): Result<string | undefined, Failure> {
  const context = contexts.find(({ name }) => name === 'context');
  if (dockerfile === undefined || context === undefined) return ok(undefined);
  if (context.withheld.length === 0 && text === dockerfile.text) return ok(undefined);
  const folder = join(opened.places.builds, service);
  const made = files.makeDirectory(folder);
  if (!made.ok) return made;
  const path = join(folder, 'Dockerfile');
  const written = files.writeAtomic(path, text ?? dockerfile.text, { flush: false });
  if (!written.ok) return written;
  const ignored = files.writeAtomic(`${path}.dockerignore`, `${context.ignore}\n`, {
    flush: false,
  });
  return ignored.ok ? ok(path) : ignored;
}

/** A service's build, ready to be handed to the engine. */
export function prepareBuild(
  service: string,
  all: ReadonlyMap<string, BuildInputs>,
  prepared: Prepared,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<ServiceBuild, Failure> {
  const inputs = all.get(service);
  if (inputs === undefined) return fail({ reason: 'image', what: `${service} has no build:` });
  const { dockerfile } = inputs;
  const { settings, places, project } = prepared.opened;
  const { bundle } = places;
  // What is fetched from elsewhere is built as it is.
  const trusts =
    dockerfile !== undefined && namesCompanyCa(settings, { host, files }) && files.exists(bundle);
  const trusting = trusts ? withTrust(dockerfile.text) : undefined;
  const own = ownDockerfile(inputs, trusting?.text, prepared, files);
  if (!own.ok) return own;
  const { root } = project;
  return ok({
    service,
    project: prepared.opened.instance,
    directory: root,
    document: buildDocument({
      document: prepared.document,
      project: prepared.opened.instance,
      service,
      references: exactBases(inputs.bases, prepared),
      labels: inputLabels(inputs),
      dockerfile: own.value,
      company: trusts ? { bundle, folder: companyFolder(bundle) } : undefined,
      passed: [
        ...PROXY_VARIABLES.filter((name) => (host.environment[name] ?? '') !== ''),
        CACHE_NAMESPACE,
      ],
      arguments: mappingAt(inputs.build, 'args'),
      forContents: prepared.environment.forContents,
    }),
    dockerfile: dockerfile && {
      text: dockerfile.text,
      addedAfter: trusting?.addedAfter ?? [],
      path: isInside(root, dockerfile.path) ? relative(root, dockerfile.path) : dockerfile.path,
    },
  });
}
