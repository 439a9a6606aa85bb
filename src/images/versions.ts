import type { Failure } from '../events/failure.ts';
import { imageVersion } from '../model/image-version.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { parseDockerfile } from './dockerfile.ts';
import { definition, type ImageDraft } from './draft.ts';
import { baseImageName } from './reference.ts';
import { withReferences } from './rewrite.ts';
import { versionInstruction, VERSIONED_IMAGES, versionSource } from './version-recipes.ts';

/** Whether a name asks for a version of a base image: `node@24`. */
const isVersioned = (name: string): boolean => imageVersion(name) !== undefined;

/** The same image, on a base of another name. */
function onBase(
  draft: ImageDraft,
  name: string,
  base: string,
  bases: ReadonlyMap<string, string>,
): ImageDraft {
  const lines = withReferences(parseDockerfile(draft.dockerfile), (reference) => {
    const used = bases.get(baseImageName(reference) ?? '');
    return used === undefined ? undefined : `onestack/${used}`;
  });
  const renamed = (one: string): string => bases.get(one) ?? one;
  return {
    ...draft,
    name,
    dockerfile: lines.join('\n'),
    parent: base,
    uses: draft.uses.map(renamed).sort(),
    places: new Map([...draft.places].map(([used, place]) => [renamed(used), place])),
  };
}

/** A root of the hierarchy with another version of a language below everything. */
function otherRoot(
  draft: ImageDraft,
  name: string,
  source: NonNullable<ReturnType<typeof versionSource>>,
): Result<ImageDraft, Failure> {
  const [external, ...more] = draft.externals;
  const dockerfile = parseDockerfile(draft.dockerfile);
  const stage = dockerfile.stages.find(({ from }) => from.reference === external);
  if (external === undefined || more.length > 0 || stage === undefined) {
    return fail(
      definition(`${name.split('@')[1] ?? name} cannot be made`, {
        why: `base-images/${draft.name} begins with ${draft.externals.join(', ') || 'nothing'}: which of it is the version's place cannot be told`,
        cure: 'Let its Dockerfile begin with one image from outside, or write base-images/NAME/Dockerfile for the version',
      }),
    );
  }
  const { root = external, commands } = source;
  const lines = withReferences(dockerfile, (reference) =>
    reference === external ? root : undefined,
  );
  lines.splice(stage.fromEnd + 1, 0, versionInstruction(commands));
  return ok({ ...draft, name, dockerfile: lines.join('\n'), externals: [root] });
}

/**
 * An image of another version of its language, `node@24`, and the images that it is built on: the same
 * Dockerfiles, upon a root that has the version.
 */
function versionDrafts(
  name: string,
  drafts: ReadonlyMap<string, ImageDraft>,
): Result<readonly ImageDraft[], Failure> {
  const asked = imageVersion(name);
  const source = asked && versionSource(asked);
  const leaf = asked && drafts.get(asked.family);
  if (asked === undefined || source === undefined || leaf === undefined) {
    return fail(
      definition(`there is no base image ${name}`, {
        why: `in versions there are ${VERSIONED_IMAGES.join(', ')}`,
        cure: 'image: node@24',
      }),
    );
  }
  const chain = [leaf];
  for (let at = leaf; ;) {
    const parent = drafts.get(at.parent ?? '');
    if (parent === undefined || chain.includes(parent)) break;
    chain.unshift(parent);
    at = parent;
  }
  // `os@node-24` below `node@24`.
  const own = (draft: ImageDraft): string =>
    draft === leaf ? name : `${draft.name}@${asked.family}-${asked.version}`;
  const bases = new Map(chain.map((draft) => [draft.name, own(draft)]));
  const [root = leaf, ...above] = chain;
  const made = otherRoot(root, own(root), source);
  if (!made.ok) return made;
  return ok([
    made.value,
    ...above.map((draft) => onBase(draft, own(draft), bases.get(draft.parent ?? '') ?? '', bases)),
  ]);
}

/**
 * All drafts, with those of the versions that are asked for, by name or by a Dockerfile.
 * @param wanted names of images; those without a version are passed over.
 */
export function withVersions(
  drafts: ReadonlyMap<string, ImageDraft>,
  wanted: readonly string[],
): Result<ReadonlyMap<string, ImageDraft>, readonly Failure[]> {
  const all = new Map(drafts);
  const failures: Failure[] = [];
  const used = [...drafts.values()].flatMap(({ uses }) => uses);
  for (const name of new Set([...wanted, ...used].filter(isVersioned))) {
    const made = versionDrafts(name, drafts);
    if (!made.ok) failures.push(made.failure);
    else for (const draft of made.value) all.set(draft.name, draft);
  }
  return failures.length > 0 ? fail(failures) : ok(all);
}
