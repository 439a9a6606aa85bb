import { join } from 'node:path';
import type { Layer } from '../../compose/load/merge.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Places } from '../../model/places.ts';
import type { Failure } from '../../events/failure.ts';
import type { ComposeFiles, Context, Project } from '../../model/project.ts';
import type { PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { shownIn } from './read-project.ts';

const YAML_FILE = /\.ya?ml$/;

const ENDINGS = ['yaml', 'yml'];

/** The project's own Compose files of a context, in merge order; paths relative to the root. */
export function composeFilesOf(
  root: string,
  context: Context,
  files: Pick<Files, 'exists' | 'list'>,
): readonly string[] {
  const candidates = ['base', context].flatMap((name) => {
    const folder = `compose/${name}`;
    const concerns = files.list(join(root, folder)).filter((one) => YAML_FILE.test(one));
    return [
      ...ENDINGS.map((ending) => `${folder}.${ending}`),
      ...concerns.map((one) => `${folder}/${one}`),
    ];
  });
  return candidates.filter((path) => files.exists(join(root, path)));
}

/** What people wrote of a project, as layers in merge order. */
export interface FileLayers {
  /** The Compose file that Compose itself would find, with its overrides: the lowest. */
  readonly compose: readonly Layer[];
  /** Of a `dev.yaml`: `compose/base.yaml` and what lies beside it. */
  readonly own: readonly Layer[];
}

/** Reads all Compose files of a project as layers. */
export function fileLayers(
  { root, definedBy, compose }: Pick<Project, 'root' | 'definedBy' | 'compose'>,
  context: Context,
  files: Pick<Files, 'exists' | 'list' | 'read'>,
): Result<FileLayers, Failure> {
  const plain = readLayers(root, composeFilesIn(compose, context), files);
  // Without a dev.yaml a folder `compose` is whatever its owner made it for.
  const names = definedBy === 'dev.yaml' ? composeFilesOf(root, context, files) : [];
  const paths = names.map((name) => join(root, name));
  const own = readLayers(root, paths, files);
  if (!plain.ok) return plain;
  return own.ok ? ok({ compose: plain.value, own: own.value }) : own;
}

/** Overrides that are found by their name are made for development. */
export function composeFilesIn(
  compose: ComposeFiles | undefined,
  context: Context,
): readonly string[] {
  const all = compose?.files ?? [];
  if (policyOf(context).overrides) return all;
  return all.filter((path) => !compose?.overrides.includes(path));
}

function readLayers(
  root: string,
  paths: readonly string[],
  files: Pick<Files, 'read'>,
): Result<readonly Layer[], Failure> {
  const layers: Layer[] = [];
  for (const path of paths) {
    const text = files.read(path);
    if (!text.ok) return fail({ ...text.failure, reason: 'definition' });
    layers.push({ kind: 'file', path, display: shownIn(root, path), text: text.value ?? '' });
  }
  return ok(layers);
}

/**
 * Secrets that every project has without asking: the generated certificates. The application's own
 * secrets come with the services that need them.
 */
export function certificateLayer({ ca, server }: Pick<Places, 'ca' | 'server'>): PlainMapping {
  return {
    secrets: {
      'server-certificate': { file: server.certificate },
      'server-key': { file: server.key },
      'ca-certificate': { file: ca.certificate },
    },
  };
}
