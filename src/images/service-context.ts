import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { isMapping, type PlainMapping } from '../model/plain.ts';
import type { FileStat, Files } from '../ports/files.ts';
import { ok, type Result } from '../util/result.ts';
import { contextIgnore } from './context-ignore.ts';
import { scanContext, type ContextEntry } from './context.ts';
import { withheldPatterns, type WithheldPlaces } from './withheld.ts';
import { contextFolder, isRemoteContext } from './service-dockerfile.ts';

/** Path → stamp and digest of each file at the last look. */
export type DigestCache = Readonly<Record<string, readonly [stamp: string, digest: string]>>;

/** File systems count time in steps, of 10 ms at most on Linux; two writes may have one stamp. */
const TIME_STEP_MS = 20;
const ALL_MODE_BITS = 0o7777;

export interface ServiceContext {
  /** `context`, or `context NAME` for one of `additional_contexts`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Text of the `.dockerignore` that holds, with `withheld` at its end. */
  readonly ignore: string;
  /** Patterns that the tool adds. */
  readonly withheld: readonly string[];
}

/** The file that says what is left out: the Dockerfile's own where it has one. */
function readIgnore(
  folder: string,
  build: PlainMapping,
  files: Pick<Files, 'read'>,
): Result<string, Failure> {
  const { dockerfile, dockerfile_inline: inline } = build;
  if (inline === undefined) {
    const name = typeof dockerfile === 'string' ? dockerfile : 'Dockerfile';
    const path = isAbsolute(name) ? name : join(folder, name);
    const own = files.read(join(dirname(path), `${basename(path)}.dockerignore`));
    if (!own.ok) return own;
    if (own.value !== undefined) return ok(own.value);
  }
  const shared = files.read(join(folder, '.dockerignore'));
  return shared.ok ? ok(shared.value ?? '') : shared;
}

/** The folders of this machine that a build is sent. */
export function serviceContexts(
  build: PlainMapping,
  places: WithheldPlaces,
  files: Pick<Files, 'read' | 'exists'>,
): Result<readonly ServiceContext[], Failure> {
  const contexts: ServiceContext[] = [];
  const folder = contextFolder(build);
  if (folder !== undefined) {
    const ignore = readIgnore(folder, build, files);
    if (!ignore.ok) return ignore;
    const withheld = withheldPatterns(folder, places, files);
    if (!withheld.ok) return withheld;
    const text = [ignore.value, ...withheld.value].join('\n');
    contexts.push({ name: 'context', folder, ignore: text, withheld: withheld.value });
  }
  const { additional_contexts: more } = build;
  for (const [name, source] of Object.entries(isMapping(more) ? more : {})) {
    if (typeof source !== 'string' || isRemoteContext(source) || source.startsWith('service:')) {
      continue;
    }
    const ignore = files.read(join(source, '.dockerignore'));
    if (!ignore.ok) return ignore;
    const named = { name: `context ${name}`, folder: source, withheld: [] };
    contexts.push({ ...named, ignore: ignore.value ?? '' });
  }
  return ok(contexts);
}

export interface ContextScan {
  readonly entries: readonly ContextEntry[];
  /** For the next time. */
  readonly cache: DigestCache;
  /** Whether it is another one than was given. */
  readonly learned: boolean;
}

export interface ContextLook {
  readonly nowMs: number;
  /** Those of a context's files that count. Their contents are not known then. */
  readonly select?: (entries: readonly ContextEntry[]) => readonly ContextEntry[];
  /** Told before the contents of a file are read. */
  readonly onRead?: (path: string, bytes: number) => void;
}

/**
 * Every file that a build is sent of one folder and that counts. Of a file that has the stamp of last time
 * the contents are not read; one that was written a moment ago is read again next time, as its stamp may
 * stay.
 */
export function scanServiceContext(
  { folder, ignore }: ServiceContext,
  known: DigestCache,
  { nowMs, select = (all) => all, onRead }: ContextLook,
  files: Files,
): Result<ContextScan, Failure> {
  const stats = new Map<string, FileStat>();
  const listed = scanContext(files, folder, {
    ignore: contextIgnore(ignore),
    countedBits: ALL_MODE_BITS,
    folders: true,
    digestOf: (path, found) => {
      stats.set(path, found);
      return ok('');
    },
  });
  if (!listed.ok) return listed;
  const entries: ContextEntry[] = [];
  const cache: Record<string, readonly [string, string]> = {};
  let news = 0;
  for (const entry of select(listed.value)) {
    const { path } = entry;
    const found = stats.get(path);
    const before = known[path];
    if (found === undefined) entries.push(entry);
    else if (before?.[0] === found.stamp) {
      cache[path] = before;
      entries.push({ ...entry, digest: before[1] });
    } else {
      onRead?.(path, found.bytes);
      const digest = files.digest(`${folder}/${path}`);
      if (!digest.ok) return digest;
      if (digest.value === undefined) continue;
      entries.push({ ...entry, digest: digest.value });
      if (nowMs - found.changedAtMs <= TIME_STEP_MS) continue;
      cache[path] = [found.stamp, digest.value];
      news += 1;
    }
  }
  const isSmaller = Object.keys(known).length !== Object.keys(cache).length;
  return ok({ entries, cache, learned: news > 0 || isSmaller });
}
