import * as z from 'zod/mini';

/** The two places of releases: every good build, and what may go live. */
export const REPOSITORIES = ['integration', 'release'] as const;
export type ReleaseRepository = (typeof REPOSITORIES)[number];

const digest = z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/));

const image = z.object({
  /** What the engine calls it: `shop/api:0f1e2d3c4b5a`. */
  reference: z.string(),
  /** The engine's id of it: the digest of its configuration. */
  id: digest,
  /** Of its manifest in the registry; absent where there is none. */
  digest: z.optional(digest),
  /** Key of its inputs. */
  key: z.string(),
  /** Base image with its fingerprint, and the engine's id of that. */
  base: z.object({ reference: z.string(), id: digest }),
  /** What it is made of, in the order of its layers. */
  artifacts: z.array(z.object({ kind: z.string(), name: z.string(), digest, size: z.number() })),
});

const release = z.object({
  project: z.string(),
  version: z.string(),
  /** The same for image tags. */
  tag: z.string(),
  /** Full hash. */
  commit: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  /** RFC 3339 time of the commit. */
  committedAt: z.string(),
  /** `registry.example.com/shop`; absent: the images are in one machine's engine. */
  registry: z.optional(z.string()),
  images: z.record(z.string(), image),
  /** What was checked: `test:api`, `smoke`, and where its log is in the store. */
  checks: z.array(
    z.object({
      name: z.string(),
      commit: z.string(),
      madeAt: z.string(),
      tookMs: z.number(),
      log: digest,
    }),
  ),
  /** Name → digest of SBOMs, provenance and merged definitions. */
  documents: z.record(z.string(), digest),
});

const KINDS = ['released', 'promoted'] as const;
const isKind = (text: string): boolean => KINDS.some((kind) => kind === text);

const entry = z.object({
  kind: z.enum(KINDS),
  /** RFC 3339. */
  at: z.string(),
  release,
  /** Who vouches for all of it: a DSSE envelope around the same release. */
  signed: z.optional(
    z.object({
      payloadType: z.string(),
      payload: z.string(),
      signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
    }),
  ),
});

export type Release = z.infer<typeof release>;
export type ReleasedImage = z.infer<typeof image>;
/** What the ledger says of one event. */
export type LedgerEntry = z.infer<typeof entry>;

/** An event with who brought it about. */
export interface LedgerEvent extends LedgerEntry {
  /** `Ann <ann@example.com>`. */
  readonly by: string;
  /** Hash of its commit in the ledger. */
  readonly id: string;
}

/** The same of a later version of the tool, which may know of more. */
const anyEntry = z.object({ kind: z.string() });

/** Reads an entry: one of a kind that a later version of the tool has is `unknown`, what is none is `broken`. */
export function parseEntry(text: string): LedgerEntry | 'unknown' | 'broken' {
  try {
    const value: unknown = JSON.parse(text);
    const parsed = entry.safeParse(value);
    if (parsed.success) return parsed.data;
    const other = anyEntry.safeParse(value);
    const isLater = other.success && !isKind(other.data.kind);
    return isLater ? 'unknown' : 'broken';
  } catch {
    return 'broken';
  }
}

/** A release and where it stands, as the ledger tells it. */
export interface ReleaseState {
  readonly release: Release;
  readonly releasedAt: string;
  readonly releasedBy: string;
  readonly promotedAt: string | undefined;
  readonly promotedBy: string | undefined;
  /** As it was released; undefined: nobody vouches for it. */
  readonly signed: LedgerEntry['signed'];
}

/**
 * What is told of one project: those of a repository share its ledger, and versions, which are the commit's.
 * @param project undefined: nobody knows which; of all.
 */
export function eventsOf(
  events: readonly LedgerEvent[],
  project: string | undefined,
): readonly LedgerEvent[] {
  return events.filter(({ release: { project: own } }) => own === (project ?? own));
}

/** All releases, the newest first. Pure: the one reader of the ledger. */
export function releasesOf(
  all: readonly LedgerEvent[],
  project: string | undefined,
): readonly ReleaseState[] {
  const events = eventsOf(all, project);
  const states = new Map<string, ReleaseState>();
  for (const { kind, at, by, release: told, signed } of events) {
    const before = states.get(told.version);
    if (kind === 'released') {
      states.delete(told.version);
      states.set(told.version, {
        ...{ release: told, releasedAt: at, releasedBy: by },
        ...{ promotedAt: before?.promotedAt, promotedBy: before?.promotedBy, signed },
      });
    } else if (before !== undefined) {
      states.set(told.version, { ...before, promotedAt: at, promotedBy: by });
    }
  }
  return [...states.values()].reverse();
}

/** The release that a person means: by its version, with `_` for `+` or without the commit; else the newest. */
export function findRelease(
  states: readonly ReleaseState[],
  version: string | undefined,
): ReleaseState | undefined {
  if (version === undefined) return states[0];
  const wanted = version.replace(/^v(?=\d)/, '');
  const fits = ({ release: { version: own, tag, commit } }: ReleaseState): boolean =>
    [own, tag, own.split('+')[0], commit].includes(wanted) ||
    (/^[0-9a-f]{7,}$/.test(wanted) && commit.startsWith(wanted));
  return states.find(fits);
}

/** Where an image of a release lies in its registry: path, without the host. */
export function repositoryPath(
  registry: string,
  repository: ReleaseRepository,
  name: string,
): string {
  const path = registry.split('/').slice(1);
  return [...path, repository, name].join('/');
}

export function registryHost(registry: string): string {
  return registry.split('/')[0] ?? registry;
}
