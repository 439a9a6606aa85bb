import { posix } from 'node:path';
import { APP_DIRECTORY, type Module } from '../model/module.ts';

/** Where images have what lies in `profiles/`, and what starts their processes. */
export const PROFILES_DIRECTORY = '/etc/onestack';
/** Lets a process serve on for a while when it is to end; a file of the tool. */
const DRAIN = `${PROFILES_DIRECTORY}/drain`;
/** Folder of the tool with what each production image has. */
export const PRODUCTION_FILES = 'profiles/prod';

/** What a production image of a module is made of. */
export interface ModuleImage {
  readonly module: Module;
  readonly project: string;
  /** Fingerprinted reference of its base image. */
  readonly base: string;
  /** sha256 digests (hex) of tar archives that are unpacked at `/`, the seldom changed ones first. */
  readonly layers: readonly string[];
  /** Folders that its own user owns, where its Dockerfile is the module's own: volumes are mounted there. */
  readonly mountPoints?: readonly string[];
  /** Lines of a Dockerfile that the project adds; none of them brings files of its own. */
  readonly fragment?: string;
  readonly labels: ImageLabels;
}

/** OCI annotations, and what leads back to the inputs. */
export interface ImageLabels {
  readonly version: string;
  /** Full hash of the commit. */
  readonly revision: string;
  /** RFC 3339 time of the commit. */
  readonly created: string;
  /** Key of the image's inputs. */
  readonly key: string;
  /** Where the repository is; undefined where it has no other place. */
  readonly source: string | undefined;
}

/** Label that carries the key of a module image's inputs. */
export const IMAGE_KEY_LABEL = 'dev.onestack.image-key';
/** Labels by which a module image is found and told. */
export const MODULE_IMAGE_LABELS = {
  module: 'dev.onestack.module',
  version: 'org.opencontainers.image.version',
  created: 'org.opencontainers.image.created',
  source: 'org.opencontainers.image.source',
  base: 'org.opencontainers.image.base.name',
} as const;
export const MODULE_IMAGE_KIND = 'module-image';

/** What the image of a module runs. */
export const imageRun = ({ run, production }: Pick<Module, 'run' | 'production'>): string =>
  production ?? run ?? 'true';

/** A Dockerfile reads `\`, `"` and `$` in a quoted value; JSON's escapes are the same otherwise. */
function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, (one) => `\\${one}`)}"`;
}

/** Folder that the module's process runs in, as it does in development below another root. */
export function productionDirectory({ path }: Pick<Module, 'path'>): string {
  return posix.join(APP_DIRECTORY, path);
}

/**
 * The Dockerfile of a module's production image: its base image, what it was built to, nothing else.
 * The context is the folder of archives, each called by its digest.
 */
export function moduleDockerfile(image: ModuleImage): string {
  const { module, project, base, layers, labels, fragment = '', mountPoints = [] } = image;
  const pairs = {
    'org.opencontainers.image.title': `${project}/${module.name}`,
    [MODULE_IMAGE_LABELS.version]: labels.version,
    'org.opencontainers.image.revision': labels.revision,
    [MODULE_IMAGE_LABELS.created]: labels.created,
    ...(labels.source !== undefined && { [MODULE_IMAGE_LABELS.source]: labels.source }),
    [MODULE_IMAGE_LABELS.base]: base,
    'dev.onestack.kind': MODULE_IMAGE_KIND,
    'dev.onestack.project': project,
    [MODULE_IMAGE_LABELS.module]: module.name,
    [IMAGE_KEY_LABEL]: labels.key,
  };
  const lines = [
    `FROM ${base}`,
    // Archives are unpacked: times, modes and owners are those that were packed.
    ...layers.map((digest) => `ADD ["${digest}", "/"]`),
    // A folder that there is not yet is made for the user that the image runs as.
    ...mountPoints.map((path) => `WORKDIR ${JSON.stringify(path)}`),
    // What is found by labels and variables is as it is, whatever a project adds.
    ...(fragment === '' ? [] : [fragment.trimEnd()]),
    'ENV ONESTACK_PROFILE=prod',
    `WORKDIR ${productionDirectory(module)}`,
    // That of a module's own Dockerfile starts something else than what the module runs.
    ...(module.build === undefined ? [] : ['ENTRYPOINT []']),
    // The entry point stays the base image's. The shell takes the place of the last command by itself.
    `CMD ${JSON.stringify([DRAIN, 'sh', '-c', imageRun(module)])}`,
    `LABEL ${Object.entries(pairs)
      .map(([name, value]) => `${name}=${quoted(value)}`)
      .join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
