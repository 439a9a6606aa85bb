import type { Failure, SourcePlace } from '../events/failure.ts';
import { MISSING_REFUSALS } from './missing-refusals.ts';
import { VALUE_REFUSALS } from './value-refusals.ts';

const REFUSALS = [...MISSING_REFUSALS, ...VALUE_REFUSALS];

/** Before what it says. */
const SAID = 'the engine says: ';

/** What stands before the engine's own words, however many programs handed them on. */
const HANDED_ON =
  /(?:Error response from daemon|failed to create task for container|failed to create shim task|OCI runtime create failed|runc create failed|unable to start container process): /g;
/** Compose's progress. */
const PROGRESS = /^\s*(?:Container|Network|Volume)\s+\S+\s+[A-Z]\w+$/;

/** An engine's sentence without what other programs put before it, and without ids that nobody can read. */
export function plainWords(text: string): string {
  return text
    .replace(HANDED_ON, '')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1')
    .replace(/: unknown$/, '')
    .trim();
}

const NOT_MADE = /^failed to create network (\S+?): (.+)/s;
/** Told by what the service asks of a network; the network itself is right. */
const OF_ADDRESSES = /Pool overlaps|fully subnetted|non-overlapping/;

/** A network that could not be made, whichever service was to be made with it. */
function networkRefusal(
  lines: readonly string[],
  placeOf: (name: string) => SourcePlace | undefined,
): Failure | undefined {
  const index = lines.findIndex((line) => NOT_MADE.test(line));
  const [, name = '', said = ''] = NOT_MADE.exec(lines[index] ?? '') ?? [];
  const at = placeOf(name);
  if (at === undefined || OF_ADDRESSES.test(said)) return undefined;
  // What is wrong with it stands in the lines behind, where it is more than one thing.
  const all = [said, ...(said.endsWith(':') ? lines.slice(index + 1) : [])];
  const why = `${SAID}${[...new Set(all)].join(' ')}`;
  const cure = 'mend it, or take the network away';
  return { reason: 'service', what: `the network ${name} cannot be made`, why, cure, at };
}

/**
 * A failure of one service in words of its definition: what it asks for that the engine refuses,
 * where that stands, and what would do. Other failures come back in plainer words. Pure.
 * @param placeOf the place of a key of the service, dotted; of the service itself for none. Undefined
 *   where there is none such.
 * @param placeOfNetwork the place of a network by the engine's name for it. Compose makes all of them with
 *   the first container, whether its service is in them or not.
 */
export function explainRefusal(
  failure: Failure,
  service: string,
  placeOf: (key: string) => SourcePlace | undefined,
  placeOfNetwork: (name: string) => SourcePlace | undefined = () => undefined,
): Failure {
  if (failure.reason !== 'service') return failure;
  const lines = [failure.why ?? '', ...(failure.detail ?? [])].map(plainWords);
  const ofNetwork = networkRefusal(lines, placeOfNetwork);
  if (ofNetwork !== undefined)
    return { ...(failure.about && { about: failure.about }), ...ofNetwork };
  for (const [pattern, meaning] of REFUSALS) {
    const said = lines.find((line) => pattern.test(line));
    const [, ...found] = (said === undefined ? null : pattern.exec(said)) ?? [];
    if (said === undefined) continue;
    const { keys, what, cure } = meaning(...found);
    const at = keys.map(placeOf).find((place) => place !== undefined);
    return {
      reason: 'service',
      what: `${service} ${what}`,
      why: `${SAID}${said}`,
      cure,
      ...(at !== undefined && { at }),
      ...(failure.about && { about: failure.about }),
    };
  }
  const { why, detail } = failure;
  const rest = detail
    ?.map(plainWords)
    .filter((line) => !PROGRESS.test(line) && line !== plainWords(why ?? ''));
  const place = placeOf('');
  const isUnnamed = /^docker compose \w+ failed|^the engine could not start the container$/;
  const { cure = `dev config --explain services.${service} tells where it is defined` } = failure;
  return {
    ...{ ...failure, cure },
    ...(isUnnamed.test(failure.what) && {
      what: `${service} could not be made or started`,
      ...(place !== undefined && { at: place }),
    }),
    ...(why !== undefined && { why: plainWords(why) }),
    ...(rest !== undefined && { detail: rest }),
  };
}

/**
 * Without what is told of a service that says no such thing: Compose makes it together with the one it
 * needs, which the engine refuses in the same words. Pure.
 */
export function withoutEchoes(failures: readonly Failure[]): readonly Failure[] {
  const isRefusal = ({ reason, why = '' }: Failure): boolean =>
    reason === 'service' && why.startsWith(SAID);
  const placed = failures.filter((one) => isRefusal(one) && one.at !== undefined);
  // A network is refused once for each service that was to be made with it.
  const isRepeated = ({ what, why }: Failure, index: number): boolean =>
    failures.findIndex((other) => other.what === what && other.why === why) < index;
  return failures.filter((one, index) => {
    if (!isRefusal(one)) return true;
    if (one.at !== undefined) return !isRepeated(one, index);
    return !placed.some(({ why }) => why === one.why);
  });
}
