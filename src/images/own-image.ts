import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { officialLanguage } from '../model/image-version.ts';
import type { ModuleBuild } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { contextIgnore } from './context-ignore.ts';
import { scanContext } from './context.ts';
import { copiedOfContext } from './copied-paths.ts';
import { parseDockerfile, type Instruction } from './dockerfile.ts';
import {
  definition,
  foreign,
  placeOfReference,
  sortedUnique,
  withoutFrom,
  type ImageDraft,
} from './draft.ts';
import { imageStages } from './image-stages.ts';
import { neededStages } from './needed-stages.ts';
import { baseImageName } from './reference.ts';
import { withheldPatterns } from './withheld.ts';

/** An image of the hierarchy that a module's own Dockerfile makes. */
export interface OwnImage {
  readonly name: string;
  readonly build: ModuleBuild;
  /**
   * What is no part of the build, absolute: what the tool itself writes, and what is installed or
   * compiled in containers. Otherwise each compile would make the image another one.
   */
  readonly withheld: readonly string[];
}

/** Permission bits that count; writing by group and others follows each person's umask. */
const COUNTED_BITS = 0o755;

/** The text of the `.dockerignore` that holds: the Dockerfile's own where it has one. */
function readIgnore(folder: string, dockerfile: string, files: Files): Result<string, Failure> {
  const own = files.read(join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`));
  if (!own.ok) return own;
  if (own.value !== undefined) return ok(own.value);
  const shared = files.read(join(folder, '.dockerignore'));
  return shared.ok ? ok(shared.value ?? '') : shared;
}

/**
 * Reads an image that a module's own Dockerfile makes. Only the stages that it is made of count, and of
 * its context only what these copy.
 * @param root absolute.
 */
export function readOwnImage(
  files: Files,
  root: string,
  { name, build, withheld }: OwnImage,
): Result<ImageDraft, Failure> {
  const directory = files.realPath(join(root, build.context)) ?? join(root, build.context);
  const path = join(root, build.dockerfile);
  const text = files.read(path);
  if (!text.ok) return text;
  // Who reads the definition has told it.
  if (text.value === undefined) return fail(definition(`There is no ${build.dockerfile}`));
  const dockerfile = parseDockerfile(text.value, new Map(Object.entries(build.args)));
  const chain = imageStages(dockerfile.stages, build.target);
  if (dockerfile.stages.length === 0) return fail(withoutFrom(build.dockerfile));
  if (chain.length === 0 || !isStage(build.target, dockerfile.stages)) {
    const named = dockerfile.stages.flatMap((stage) => stage.name ?? []);
    return fail(
      definition(`${build.dockerfile} has no stage ${build.target ?? ''}`, {
        cure: named.length === 0 ? 'It has no named stage' : `It has ${named.join(', ')}`,
      }),
    );
  }
  const ignore = readIgnore(directory, path, files);
  if (!ignore.ok) return ignore;
  const more = withheldPatterns(directory, { own: withheld }, files);
  if (!more.ok) return more;
  const ignored = [ignore.value, ...more.value].join('\n');
  const stages = neededStages(dockerfile.stages, chain);
  const copied = copiedOfContext(stages);
  const context = scanContext(files, directory, {
    ignore: contextIgnore(ignored),
    countedBits: COUNTED_BITS,
    folders: false,
    digestOf: (file) => (copied.takes(file) ? files.digest(join(directory, file)) : ok(undefined)),
  });
  if (!context.ok) return context;
  const dockerfilePath = relative(directory, path);
  const inContext = !isAbsolute(dockerfilePath) && !dockerfilePath.startsWith('..');
  const images = dockerfile.copied.filter(({ line }) =>
    stages.some(({ instructions }) =>
      instructions.some(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine),
    ),
  );
  // What a build knows by itself (TARGETARCH) is left to it.
  const references = foreign({ stages, copied: images });
  const names = references.map((one) => [one, baseImageName(one.reference ?? '')] as const);
  const base = chain[0]?.from.reference;
  return ok({
    name,
    directory,
    origin: 'project',
    parent: baseImageName(base ?? ''),
    uses: sortedUnique(names.flatMap(([, used]) => used ?? [])),
    externals: sortedUnique(
      names.flatMap(([{ reference }, used]) => (used === undefined ? (reference ?? []) : [])),
    ),
    own: {
      dockerfile: path,
      target: build.target,
      args: build.args,
      ignore: ignored,
      named: [
        path,
        ...context.value
          .filter((entry) => copied.names(entry.path))
          .map((entry) => join(directory, entry.path)),
      ],
      wholeAtLine: copied.wholeAtLine,
      sets: chain.flatMap(({ instructions }) => instructions.flatMap(variablesSet)),
      language: base === undefined ? undefined : officialLanguage(base),
    },
    dockerfile: text.value,
    // It counts by its text.
    context: context.value.filter((entry) => !inContext || entry.path !== dockerfilePath),
    places: new Map(
      names.flatMap(([one, used]) =>
        used === undefined
          ? []
          : [[used, placeOfReference(one, dockerfile, build.dockerfile)] as const],
      ),
    ),
  });
}

/** Names of an ENV; a text within a value that looks like one does no harm. */
function variablesSet({ keyword, value }: Instruction): readonly string[] {
  if (keyword !== 'ENV') return [];
  const [, old] = /^(\w+)\s/.exec(value) ?? [];
  return old === undefined ? [...value.matchAll(/(\w+)=/g)].map(([, name = '']) => name) : [old];
}

function isStage(
  target: string | undefined,
  stages: readonly { readonly name: string | undefined }[],
): boolean {
  if (target === undefined) return true;
  const isNumber = /^\d+$/.test(target) && Number(target) < stages.length;
  return isNumber || stages.some(({ name }) => name === target.toLowerCase());
}
