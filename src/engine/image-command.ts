import type { HierarchyImage } from '../images/hierarchy.ts';
import { BASE_IMAGE_KIND, IMAGE_LABELS } from '../images/reference.ts';
import { CA_SECRET } from '../images/rewrite.ts';
import { PROXY_VARIABLES } from '../util/proxy-variables.ts';

export interface BuildCommandOptions {
  /** Host file with certificate authorities to trust while building; none when not given. */
  readonly caBundle?: string | undefined;
  readonly noCache?: boolean;
  /** The host's environment: proxies and other registries are passed into the build. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Arguments of `docker build`; the Dockerfile comes through stdin. */
export function buildArguments(
  image: HierarchyImage,
  { caBundle, noCache, environment }: BuildCommandOptions,
): readonly string[] {
  const labels = {
    [IMAGE_LABELS.kind]: BASE_IMAGE_KIND,
    [IMAGE_LABELS.image]: image.name,
    [IMAGE_LABELS.fingerprint]: image.fingerprint.value,
    [IMAGE_LABELS.inputs]: image.fingerprint.inputs,
  };
  return [
    ...['docker', 'build', '--progress=plain', '--file', '-', '--tag', image.reference],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(caBundle === undefined ? [] : ['--secret', `id=${CA_SECRET},src=${caBundle}`]),
    // By name alone: the value stays out of the process list.
    ...PROXY_VARIABLES.filter((name) => environment[name]).flatMap((name) => ['--build-arg', name]),
    ...(noCache === true ? ['--no-cache'] : []),
    image.directory,
  ];
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

/** The environment of a build of ours: besides, always the engine's own builder. */
export function buildEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return {
    ...builderEnvironment(environment),
    BUILDX_BUILDER: undefined,
    // Attestations would make the image differ from machine to machine.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}
