import type { ContextEntry } from './context.ts';
import { copiedOfContext } from './copied-paths.ts';
import { parseDockerfile, type DockerfileStage } from './dockerfile.ts';
import { imageStages } from './image-stages.ts';
import { neededStages } from './needed-stages.ts';

/** A build whose Dockerfile lies on this machine. */
export interface CopyingBuild {
  /** Text of the Dockerfile. */
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: ReadonlyMap<string, string>;
  /** Whether an image from outside is known to bring no ONBUILD, which would copy what no line here says. */
  readonly isPlain: (reference: string) => boolean;
}

/** Another program reads the Dockerfile: what its lines take is not known here. */
function hasOwnSyntax(text: string): boolean {
  const named = /^\s*#\s*syntax\s*=\s*(\S+)/im.exec(text)?.[1];
  return named !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(named);
}

/** All that could copy more than its COPY and ADD say: then each file of the context counts. */
function isOpen(
  stages: readonly DockerfileStage[],
  all: readonly DockerfileStage[],
  isPlain: CopyingBuild['isPlain'],
): boolean {
  return stages.some((stage) => {
    const { reference } = stage.from;
    if (reference === undefined) return true;
    // What a stage has others do, those do that begin with it, here or in another build.
    const isBegunWith = stages.some(({ from }) => from.reference?.toLowerCase() === stage.name);
    const hands = stage.instructions.some(({ keyword }) => keyword === 'ONBUILD');
    if (hands && isBegunWith) return true;
    const before = all.slice(0, all.indexOf(stage));
    const isStage = before.some(({ name }) => name === reference.toLowerCase());
    return !isStage && reference !== 'scratch' && !isPlain(reference);
  });
}

/**
 * The files of a build's context that are part of its image: those that the stages which it is made of
 * copy. All of them wherever that cannot be told.
 * @param entries of the build's own context.
 */
export function copiedEntries(
  entries: readonly ContextEntry[],
  { dockerfile, target, args, isPlain }: CopyingBuild,
): readonly ContextEntry[] {
  if (hasOwnSyntax(dockerfile)) return entries;
  // The builder takes it for a line `# syntax=`.
  if (args.has('BUILDKIT_SYNTAX')) return entries;
  const { stages: all } = parseDockerfile(dockerfile, args);
  const chain = imageStages(all, target);
  const isThere = target === undefined || all.some(({ name }) => name === target.toLowerCase());
  if (chain.length === 0 || !isThere) return entries;
  const stages = neededStages(all, chain);
  if (isOpen(stages, all, isPlain)) return entries;
  const copied = copiedOfContext(stages);
  if (copied.wholeAtLine !== undefined) return entries;
  // A COPY goes through links that it names, or that lie on its way; further ones are copied as they are.
  const leadsOn = entries.some(
    ({ path, mode }) => mode === 'link' && (copied.names(path) || copied.passes(path)),
  );
  return leadsOn ? entries : entries.filter(({ path }) => copied.takes(path));
}
