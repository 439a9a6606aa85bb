import { closest, distance } from 'fastest-levenshtein';
import type { Failure } from '../events/failure.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { ImageDraft } from './draft.ts';

/** The name that a person may have meant, if one is near enough to be a slip of the keys. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const near = closest(name, names);
  return distance(name, near) <= Math.max(1, Math.floor(name.length / 3)) ? near : undefined;
}

function cycleFailure(cycle: readonly ImageDraft[]): Failure {
  const [first, second] = cycle;
  const at = first?.places.get(second?.name ?? first.name);
  return {
    reason: 'definition',
    what: `Base images are built from one another: ${cycle.map(({ name }) => name).join(' → ')}`,
    cure: 'Let one of them be built from another image, onestack/os for instance.',
    ...(at && { at }),
  };
}

/** Every image after those that it uses, otherwise by name; a failure when there is a cycle. */
export function inBuildOrder(
  drafts: ReadonlyMap<string, ImageDraft>,
): Result<readonly ImageDraft[], Failure> {
  const done = new Set<ImageDraft>();
  const visit = (draft: ImageDraft, path: readonly ImageDraft[]): Failure | undefined => {
    if (done.has(draft)) return undefined;
    const start = path.indexOf(draft);
    if (start !== -1) return cycleFailure([...path.slice(start), draft]);
    for (const name of draft.uses) {
      const used = drafts.get(name);
      const failure = used && visit(used, [...path, draft]);
      if (failure !== undefined) return failure;
    }
    done.add(draft);
    return undefined;
  };
  for (const name of [...drafts.keys()].sort()) {
    const draft = drafts.get(name);
    const failure = draft && visit(draft, []);
    if (failure !== undefined) return fail(failure);
  }
  return ok([...done]);
}
