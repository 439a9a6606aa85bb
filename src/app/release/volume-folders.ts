import { posix } from 'node:path';
import { mergeCompose, toPlain } from '../../compose/load/merge.ts';
import { leftOutMounts } from '../../generate/baked-mounts.ts';
import { policyOf } from '../../model/context-policy.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import { CONTEXTS, type Context, type Project } from '../../model/project.ts';
import type { Files } from '../../ports/files.ts';
import { committedPaths, type Sources } from '../../release/sources.ts';
import { ok } from '../../util/result.ts';
import { leaves } from '../../util/leaves.ts';
import { bakedCode } from '../project/baked-code.ts';
import { fileLayers } from '../project/definition-layers.ts';
import { shownIn } from '../project/read-project.ts';

/**
 * The Compose files of a commit, as far as they say it on every machine: variables stay as they are written, and
 * files of variables, which are in no commit, are empty. What is wrong in them is told where they are run.
 */
function composedIn(
  project: Project,
  context: Context,
  files: Pick<Files, 'exists' | 'list' | 'read'>,
): PlainMapping {
  const { root, name, compose } = project;
  const layers = fileLayers(project, context, files);
  if (!layers.ok) return {};
  const { compose: lowest, own } = layers.value;
  if (lowest.length + own.length === 0) return {};
  const merged = mergeCompose({
    base: { layers: lowest, directory: compose?.directory ?? root },
    ...{ layers: own, projectDirectory: root, projectName: name },
    ...{ environment: {}, profiles: ['*'], interpolate: false },
    readFile: (path) => {
      const text = files.read(path);
      return text.ok && text.value === undefined ? ok('') : text;
    },
    display: (path) => shownIn(root, path),
  });
  return merged.ok ? toPlain(merged.value) : {};
}

/** The target of a volume that is written to; none where a variable says it, or all of the image is below. */
function folderOf(volume: unknown): readonly string[] {
  if (!isMapping(volume) || volume['type'] !== 'volume' || volume['read_only'] === true) return [];
  const { target } = volume;
  if (typeof target !== 'string' || !target.startsWith('/') || target.includes('$')) return [];
  const path = posix.normalize(target).replace(/\/$/, '');
  return path === '' || /[\0\n\r]/.test(path) ? [] : [path];
}

/**
 * Folders that volumes are mounted at in the containers of modules, where those run as images: a volume begins as
 * the folder of the image that it is mounted at, so one has to be there, of whom the image runs as.
 * @param project as the commit has it, laid out in its root.
 */
export function volumeFolders(
  project: Project,
  sources: Pick<Sources, 'commit' | 'files'>,
  files: Pick<Files, 'exists' | 'list' | 'read'>,
): ReadonlyMap<string, readonly string[]> {
  const running = project.modules.filter(({ run }) => run !== undefined);
  const images = new Map(running.map(({ name }) => [name, ''] as const));
  const baked = { commit: sources.commit, images, committed: committedPaths(sources) };
  const code = bakedCode({ project, baked });
  const contexts = CONTEXTS.filter((context) => policyOf(context).modules === 'baked');
  const documents = contexts.map((context) => composedIn(project, context, files));
  return new Map(
    [...code].map(([name, own]) => {
      const paths = documents.flatMap((document) => {
        const { volumes } = mappingAt(mappingAt(document, 'services'), name);
        const hidden = new Set(
          leftOutMounts(document, new Map([[name, own]])).map(({ index }) => index),
        );
        const kept = (Array.isArray(volumes) ? volumes : []).filter(
          (_, index) => !hidden.has(index),
        );
        return kept.flatMap(folderOf);
      });
      // One that holds the code is the code's.
      const above = (path: string): boolean => !leaves(posix.relative(path, own.directory));
      return [name, [...new Set(paths)].filter((path) => !above(path)).toSorted()];
    }),
  );
}
