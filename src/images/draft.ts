import { join, relative } from 'node:path';
import type { Failure, SourcePlace } from '../events/failure.ts';
import type { BaseImage } from '../model/image.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { isInside, readContext, type ContextEntry } from './context.ts';
import { parseDockerfile, type Dockerfile, type ImageReference } from './dockerfile.ts';
import { baseImageName } from './reference.ts';

/** An image that is read, before its relations are known to be right. */
export interface ImageDraft extends BaseImage {
  readonly dockerfile: string;
  readonly context: readonly ContextEntry[];
  /** Where each used name stands in the Dockerfile. */
  readonly places: ReadonlyMap<string, SourcePlace>;
}

/** A failure in the project's own files. */
export function definition(what: string, more: Partial<Failure> = {}): Failure {
  return { reason: 'definition', what, ...more };
}

/** The images that a Dockerfile names and does not make itself. */
export function foreign({
  stages,
  copied,
}: Pick<Dockerfile, 'stages' | 'copied'>): readonly ImageReference[] {
  const froms = stages.filter(({ from }, index) => {
    const name = from.reference?.toLowerCase();
    return name !== 'scratch' && !stages.slice(0, index).some((stage) => stage.name === name);
  });
  return [...froms.map(({ from }) => from), ...copied];
}

/** What the last stage is built from, through the stages before it. */
function finalBase({ stages }: Dockerfile): string | undefined {
  let index = stages.length - 1;
  for (;;) {
    const reference = stages[index]?.from.reference;
    const before = stages.slice(0, index);
    const earlier = before.findLastIndex(({ name }) => name === reference?.toLowerCase());
    if (earlier === -1) return reference;
    index = earlier;
  }
}

export function sortedUnique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** Where a Dockerfile names an image. */
export function placeOfReference(
  { line, column, written }: ImageReference,
  { lines }: Dockerfile,
  file: string,
): SourcePlace {
  const text = lines[line] ?? '';
  return { file, line: line + 1, column: column + 1, text, length: written.length };
}

export function withoutFrom(file: string): Failure {
  const cure = 'Begin it with FROM onestack/os, or with another image.';
  return definition(`${file} has no FROM`, { cure });
}

/** Where an image's Dockerfile and context are. */
export interface Folder {
  readonly name: string;
  readonly directory: string;
  readonly origin: 'project' | 'tool';
  /** The folder that its files may not leave. */
  readonly boundary: string;
}

/**
 * Reads one image's folder.
 * @param projectRoot absolute: files inside it are shown relative to it.
 */
export function readDraft(
  files: Files,
  projectRoot: string,
  folder: Folder,
): Result<ImageDraft, Failure> {
  const shown = (path: string): string =>
    isInside(projectRoot, path) ? relative(projectRoot, path) : path;
  const written = join(folder.directory, 'Dockerfile');
  const real = files.realPath(written);
  const boundary = files.realPath(folder.boundary) ?? folder.boundary;
  const directory = files.realPath(folder.directory) ?? folder.directory;
  if (real === undefined || !isInside(boundary, real)) {
    const what = real === undefined ? 'There is no' : 'A symlink leads out of the project:';
    return fail(definition(`${what} ${shown(written)}`, { cure: 'Put a Dockerfile there.' }));
  }
  const text = files.read(real);
  if (!text.ok) return text;
  const context = readContext(files, directory);
  if (!context.ok) return context;
  const dockerfile = parseDockerfile(text.value ?? '');
  const place = (reference: ImageReference): SourcePlace =>
    placeOfReference(reference, dockerfile, shown(written));
  if (dockerfile.stages.length === 0) return fail(withoutFrom(shown(written)));
  const references = foreign(dockerfile);
  const unknown = references.find(({ reference }) => reference === undefined);
  if (unknown !== undefined) {
    return fail(
      definition(`${unknown.written} has no value`, {
        why: 'What an image is built from has to be known before it is built.',
        cure: 'Give the ARG a default, above the first FROM.',
        at: place(unknown),
      }),
    );
  }
  const names = references.map((one) => [one, baseImageName(one.reference ?? '')] as const);
  return ok({
    name: folder.name,
    directory,
    origin: folder.origin,
    parent: baseImageName(finalBase(dockerfile) ?? ''),
    uses: sortedUnique(names.flatMap(([, name]) => name ?? [])),
    externals: sortedUnique(names.flatMap(([one, name]) => (name ? [] : (one.reference ?? [])))),
    dockerfile: text.value ?? '',
    context: context.value,
    places: new Map(names.flatMap(([one, name]) => (name ? [[name, place(one)] as const] : []))),
  });
}
