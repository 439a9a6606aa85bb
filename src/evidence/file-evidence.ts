/**
 * What was asked of the file system, and whether it would answer the same. A file's contents are known by
 * its identity: where it is, size, both times, inode. One that changed within a moment before it was looked
 * at could change once more and look the same, as git knows (https://git-scm.com/docs/racy-git): its
 * contents are compared each time.
 */
import { basename, dirname, join, resolve } from 'node:path';
import type { Files } from '../ports/files.ts';
import { answerText } from './answer-text.ts';

/** Questions about a path whose answer is compared as it is. */
export const LOOKS = [
  'abandoned',
  'exists',
  'isDirectory',
  'linkTarget',
  'list',
  'mode',
  'modifiedMs',
  'realPath',
  'stat',
] as const;
export type LookKind = (typeof LOOKS)[number];

/** The contents of a file, and how they can be known to be the same. */
export interface ReadAnswer {
  /** Hex sha256; undefined: there was no such file. */
  readonly digest: string | undefined;
  /** Where it is when all links are followed: a link that leads elsewhere may not be followed. */
  readonly place: string;
  /** Undefined: the contents have to be compared. */
  readonly stamp: string | undefined;
}

export interface FileEvidence {
  /** Epoch milliseconds, before the first question. */
  readonly takenAtMs: number;
  /** Path → its contents. */
  readonly reads: Readonly<Record<string, ReadAnswer>>;
  /** Question → path → answer. */
  readonly looks: Readonly<Partial<Record<LookKind, Readonly<Record<string, string>>>>>;
}

/** Coarse file systems count whole seconds, or two. */
const RACY_MS = 2_000;
/** Certificates and the like run out, days before which they are made anew. */
const LASTING_MS = 3_600_000;

type Looks = Pick<Files, LookKind>;

/** A folder's times change with each file that comes and goes; those who list it ask for its names. */
export function lookAnswer(look: LookKind, path: string, looks: Looks): string {
  if (look !== 'stat') return answerText(looks[look](path));
  const answer = looks.stat(path);
  if (answer?.kind !== 'directory') return answerText(answer);
  const { kind, mode, uid } = answer;
  return answerText({ kind, mode, uid });
}

/** Where a file is when all links are followed, and what tells it from another one there. */
interface Identity {
  readonly place: string;
  /** Undefined: there is nothing. */
  readonly stamp: string | undefined;
  /** Epoch milliseconds. */
  readonly changedAtMs: number;
}

/** Tells files' identities; looks at each folder on the way to them once. */
export class Identities {
  readonly #files: Pick<Files, 'stat' | 'realPath'>;
  readonly #real = new Map<string, string | undefined>();

  constructor(files: Pick<Files, 'stat' | 'realPath'>) {
    this.#files = files;
  }

  of(path: string): Identity {
    const folder = dirname(path);
    const place = `${this.realPath(folder) ?? `? ${folder}`}/${basename(path)}`;
    const found = this.#files.stat(path);
    if (found?.kind !== 'link') {
      return { place, stamp: found?.stamp, changedAtMs: found?.changedAtMs ?? 0 };
    }
    const target = this.#files.realPath(path);
    const there = target === undefined ? undefined : this.#files.stat(target);
    const changedAtMs = Math.max(found.changedAtMs, there?.changedAtMs ?? 0);
    return { place: `${place} → ${target ?? ''}`, stamp: there?.stamp, changedAtMs };
  }

  /** As the file system tells it, which goes through every folder for every path. */
  realPath(path: string): string | undefined {
    const whole = resolve(path);
    if (!this.#real.has(whole)) this.#real.set(whole, this.#findReal(whole));
    return this.#real.get(whole);
  }

  #findReal(path: string): string | undefined {
    const parent = dirname(path);
    if (parent === path) return path;
    const folder = this.realPath(parent);
    if (folder === undefined) return undefined;
    const place = join(folder, basename(path));
    const kind = this.#files.stat(place)?.kind;
    if (kind === undefined) return undefined;
    return kind === 'link' ? this.#files.realPath(place) : place;
  }
}

export const isRacy = (changedAtMs: number, takenAtMs: number): boolean =>
  changedAtMs > takenAtMs - RACY_MS;

function readHolds(path: string, was: ReadAnswer, files: Files, identities: Identities): boolean {
  const now = identities.of(path);
  if (now.place !== was.place) return false;
  if (was.digest === undefined) return now.stamp === undefined;
  if (was.stamp !== undefined && was.stamp === now.stamp) return true;
  const content = files.digest(path);
  return content.ok && content.value === was.digest;
}

/** Whether each file is as it was. */
export function filesHold(
  { takenAtMs, reads, looks }: FileEvidence,
  files: Files,
  nowMs: number,
): boolean {
  // A clock that was set back tells nothing of what is older.
  if (nowMs < takenAtMs || nowMs > takenAtMs + LASTING_MS) return false;
  const identities = new Identities(files);
  const looking: Looks = { ...files, realPath: (path) => identities.realPath(path) };
  return (
    LOOKS.every((look) =>
      Object.entries(looks[look] ?? {}).every(
        ([path, answer]) => lookAnswer(look, path, looking) === answer,
      ),
    ) && Object.entries(reads).every(([path, read]) => readHolds(path, read, files, identities))
  );
}
