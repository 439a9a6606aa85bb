import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { BaseImage } from '../model/image.ts';
import type { Files } from '../ports/files.ts';
import { omit } from '../util/omit.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { definition, readDraft, type ImageDraft, type Folder } from './draft.ts';
import { fingerprint, type Fingerprint } from './fingerprint.ts';
import { inBuildOrder, nearestName } from './order.ts';
import { readOwnImage, type OwnImage } from './own-image.ts';
import { imageReference } from './reference.ts';
import { withVersions } from './versions.ts';

/** A base image with everything that a build of it needs. */
export interface HierarchyImage extends BaseImage {
  /** The Dockerfile's text as it is in the repository. */
  readonly dockerfile: string;
  readonly fingerprint: Fingerprint;
  /** `onestack/NAME:FINGERPRINT12`. */
  readonly reference: string;
}

/** All base images by name, each after those that it uses. */
export type Hierarchy = ReadonlyMap<string, HierarchyImage>;

export interface HierarchyRequest {
  readonly files: Files;
  /** Absolute. */
  readonly projectRoot: string;
  /** Absolute: the tool's own files. */
  readonly toolDirectory: string;
  /** Only what the tools container is made of; every image otherwise. */
  readonly only?: 'tools';
  /** Images that are wanted in another version of their language, `node@24`; others are passed over. */
  readonly versions?: readonly string[];
  /** Images of modules' own Dockerfiles. */
  readonly own?: readonly OwnImage[];
}

/** The tools container's image; a project's own is built `FROM onestack/tools`. */
const TOOLS = 'tools';
const PROJECT_TOOLS = 'project-tools';
/** Where the Dockerfile lies that is made from `tools-container/packages`; relative to the project. */
export const GENERATED_TOOLS_FOLDER = '.dev/tools-image';

/** The image that the tools container runs: the project's, or the tool's. */
export function toolsImage(hierarchy: Hierarchy): HierarchyImage | undefined {
  return hierarchy.get(PROJECT_TOOLS) ?? hierarchy.get(TOOLS);
}

/** The tool's folders, each replaced by the project's of the same name, and the project's own. */
function findFolders(request: HierarchyRequest): readonly Folder[] {
  const { files, projectRoot, toolDirectory } = request;
  const found = new Map<string, Folder>();
  const add = (folder: Folder): void => {
    if (files.isDirectory(folder.directory)) found.set(folder.name, folder);
  };
  const roots = [
    ['tool', toolDirectory],
    ['project', projectRoot],
  ] as const;
  for (const [origin, boundary] of roots) {
    const parent = join(boundary, 'base-images');
    for (const name of files.list(parent)) {
      add({ name, directory: join(parent, name), origin, boundary });
    }
  }
  for (const [name, origin, boundary, folder] of [
    [TOOLS, 'tool', toolDirectory, 'tools-container'],
    [PROJECT_TOOLS, 'project', projectRoot, 'tools-container'],
    // Made from the project's list of packages.
    [PROJECT_TOOLS, 'project', projectRoot, GENERATED_TOOLS_FOLDER],
  ] as const) {
    const directory = join(boundary, folder);
    // A project's folder may hold only scripts: then it needs no image of its own.
    if (!files.exists(join(directory, 'Dockerfile')) || found.has(name)) continue;
    add({ name, directory, origin, boundary });
  }
  return [...found.values()];
}

const VALID_NAME = /^[a-z0-9][a-z0-9._-]*$/;

function missingParents(drafts: ReadonlyMap<string, ImageDraft>): readonly Failure[] {
  return [...drafts.values()].flatMap(({ uses, places, name }) =>
    uses
      .filter((used) => !drafts.has(used))
      .map((used) => {
        const near = nearestName(used, [...drafts.keys()]);
        const at = places.get(used);
        return definition(
          `Base image ${name} is built from onestack/${used}, which does not exist`,
          {
            cure: near
              ? `Did you mean onestack/${near}?`
              : `Add base-images/${used}/Dockerfile, or use one of: ${[...drafts.keys()].sort().join(', ')}.`,
            ...(at && { at }),
          },
        );
      }),
  );
}

/**
 * Reads the image hierarchy: `base-images/NAME/Dockerfile` of the tool and of the project, which
 * adds images or replaces the tool's of the same name.
 *
 * @returns failures of reason `definition` with their place: a base image that does not exist,
 * cycles, Dockerfiles without FROM, symlinks that lead out of the project.
 */
export function loadHierarchy(request: HierarchyRequest): Result<Hierarchy, readonly Failure[]> {
  const failures: Failure[] = [];
  const drafts = new Map<string, ImageDraft>();
  const folders = new Map(findFolders(request).map((folder) => [folder.name, folder]));
  const tools = folders.get(PROJECT_TOOLS) ?? folders.get(TOOLS);
  const first = request.only === 'tools' ? (tools === undefined ? [] : [tools]) : folders.values();
  // Grows while it is walked, by what the images so far are built from.
  const wanted = new Set(first);
  for (const folder of wanted) {
    if (!VALID_NAME.test(folder.name)) {
      const cure = 'Use lower-case letters, digits, dots, dashes and underscores.';
      failures.push(definition(`base-images/${folder.name} is no name for an image`, { cure }));
      continue;
    }
    const draft = readDraft(request.files, request.projectRoot, folder);
    if (draft.ok) {
      drafts.set(folder.name, draft.value);
      for (const used of draft.value.uses) {
        const base = folders.get(used);
        if (base !== undefined) wanted.add(base);
      }
    } else failures.push(draft.failure);
  }
  for (const own of request.own ?? []) {
    const draft = readOwnImage(request.files, request.projectRoot, own);
    if (draft.ok) drafts.set(own.name, draft.value);
    else failures.push(draft.failure);
  }
  const versioned = withVersions(drafts, request.versions ?? []);
  const all = versioned.ok ? versioned.value : drafts;
  failures.push(...(versioned.ok ? missingParents(all) : versioned.failure));
  if (failures.length > 0) return fail(failures);
  const ordered = inBuildOrder(all);
  if (!ordered.ok) return fail([ordered.failure]);

  const hierarchy = new Map<string, HierarchyImage>();
  for (const draft of ordered.value) {
    const { name, dockerfile, context } = draft;
    const bases = new Map(
      draft.uses.map((used) => [used, hierarchy.get(used)?.fingerprint.value ?? '']),
    );
    const made = fingerprint(draft, { dockerfile, context, bases });
    const reference = imageReference(name, made.value);
    const image = { ...omit(draft, 'context', 'places'), fingerprint: made, reference };
    hierarchy.set(name, image);
  }
  return ok(hierarchy);
}
