import { join } from 'node:path';
import { CACHE_NAMESPACE, type CacheNamespaces } from '../images/cache-mounts.ts';
import type { HierarchyImage } from '../images/hierarchy.ts';
import { BASE_IMAGE_KIND, IMAGE_LABELS } from '../images/reference.ts';
import { CA_SECRET } from '../images/rewrite.ts';
import { companyContext } from '../images/trust-dockerfile.ts';
import type { ImageBuildCommand } from '../ports/docker-command.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';

export interface BuildCommandOptions {
  /** Host file with certificate authorities to trust while building; none when not given. */
  readonly caBundle?: string | undefined;
  readonly noCache?: boolean;
  readonly namespaces: CacheNamespaces;
  /** The host's environment: proxies and other registries are passed into the build. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of the engine's Docker context. */
  readonly context: string;
  /** Where Dockerfiles are written that are not handed over through stdin; absolute. */
  readonly folder: string;
}

/** Where the Dockerfile of a module's own image is written, with the `.dockerignore` that holds. */
export function ownDockerfilePlace({ name }: Pick<HierarchyImage, 'name'>, folder: string): string {
  return join(folder, name, 'Dockerfile');
}

/**
 * The build of an image of the hierarchy.
 * @param bases what it is built upon, as a label; empty: nobody asks later.
 */
export function imageBuild(
  image: HierarchyImage,
  { caBundle, noCache = false, environment, folder }: BuildCommandOptions,
  bases = '',
): ImageBuildCommand {
  const labels = {
    [IMAGE_LABELS.kind]: BASE_IMAGE_KIND,
    [IMAGE_LABELS.image]: image.name,
    [IMAGE_LABELS.fingerprint]: image.fingerprint.value,
    [IMAGE_LABELS.inputs]: image.fingerprint.inputs,
    ...(bases !== '' && { [IMAGE_LABELS.bases]: bases }),
  };
  const { own } = image;
  return {
    directory: image.directory,
    reference: image.reference,
    labels,
    ...(own !== undefined && caBundle !== undefined && { contexts: [companyContext(caBundle)] }),
    secrets: caBundle === undefined ? [] : [`id=${CA_SECRET},src=${caBundle}`],
    buildArguments: [
      // By name alone: the value stays out of the process list.
      ...PROXY_VARIABLES.filter((name) => environment[name]),
      CACHE_NAMESPACE,
      // Never through the environment: a repository chooses these names, and what reads it is a
      // program of the host.
      ...Object.entries(own?.args ?? {}).map(([name, value]) => `${name}=${value}`),
    ],
    ...(own?.target !== undefined && { target: own.target }),
    ...(own !== undefined && { dockerfile: ownDockerfilePlace(image, folder) }),
    noCache,
  };
}

/** Every build's environment: always BuildKit, and the output that we read. */
export function builderEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return {
    ...environment,
    DOCKER_BUILDKIT: '1',
    BUILDKIT_PROGRESS: undefined,
    // It would run git in the context, whose configuration can name programs.
    BUILDX_GIT_INFO: 'false',
  };
}

/** The environment of the build of an image of the hierarchy. */
export function imageBuildEnvironment(
  { origin }: Pick<HierarchyImage, 'origin'>,
  { environment, namespaces, context }: BuildCommandOptions,
): Readonly<Record<string, string | undefined>> {
  const own = { ...environment, [CACHE_NAMESPACE]: namespaces[origin] };
  return buildEnvironment({ environment: own, context });
}

/**
 * The environment of a build of ours: besides, always the engine's own builder, which has the images
 * that we build from, and which what is built is for. It has the name of the Docker context; unnamed,
 * `docker build` takes another one where a person has made it `buildx build` (`docker buildx install`).
 */
export function buildEnvironment({
  environment,
  context,
}: Pick<BuildCommandOptions, 'environment' | 'context'>): Readonly<
  Record<string, string | undefined>
> {
  return {
    ...builderEnvironment(environment),
    BUILDX_BUILDER: context,
    // What they are built from is of the engine's platform, whatever others' images are to be.
    DOCKER_DEFAULT_PLATFORM: undefined,
    // Attestations would make the image differ from machine to machine.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}
