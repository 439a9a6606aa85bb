/**
 * A large merged document, kept after one part of it was explained: the next question about the same
 * files is answered from it. It is found by the whole request, and believed only where every file that
 * was read has the same contents: so it says what merging them again would say.
 */
import { join } from 'node:path';
import { pathParts, type Explainable } from '../../compose/write/explain.ts';
import { keepPart, readPart, SourceNumbers, type KeptPart } from '../../compose/write/kept-tree.ts';
import type { MergedCompose } from '../../compose/load/merge.ts';
import type { Source } from '../../compose/source.ts';
import { nothing, type Entry, type MapNode } from '../../compose/tree.ts';
import { personFolder } from '../../generate/person-folder.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import type { FilesRequest } from './files-request.ts';
import { sha256 } from '../../util/sha256.ts';
import { readJson } from '../../util/read-json.ts';

const FORMAT = 1;
/** Less text than this, in characters, is merged again as soon as it is read. */
const WORTH_KEEPING = 128 * 1024;
const DOCUMENTS_KEPT = 4;
/** Parts in one file. */
const CHUNK = 16;

/** What a document was made of. */
interface Inputs {
  /** Path → sha256 of its text; null: there was none. */
  readonly reads: readonly (readonly [path: string, digest: string | null])[];
  /** Path → whether it was a folder. */
  readonly folders: readonly (readonly [path: string, isFolder: boolean])[];
}

interface Kept extends Inputs {
  readonly projectDirectory: string;
  /** Variables that are blank, a line each. */
  readonly notes: readonly string[];
  /** As people know each source, and its path. */
  readonly sources: readonly (readonly [display: string, path: string])[];
  /** The document with its sections, and nothing in them. */
  readonly shell: KeptPart;
  readonly sections: readonly Section[];
}

/** A mapping at the top of the document: its names in order, each with the file that has its part. */
interface Section {
  readonly section: string;
  readonly names: readonly (readonly [name: string, chunk: number])[];
}

export interface KeptExplanation {
  readonly merged: Explainable;
  readonly notes: readonly string[];
}

/** The very build of the tool, and what it was asked. */
export interface KeptRequest extends FilesRequest {
  readonly program: string;
}

type KeptWorld = Pick<World, 'files' | 'host'>;
type Asked = Pick<Files, 'read' | 'isDirectory'>;

const folderOf = (host: World['host']): string => join(personFolder(host), 'explained');

function placeOf(request: KeptRequest, host: World['host']): string {
  const { environment, workingDirectory } = host;
  const variables = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1));
  const { files, profiles, interpolate, projectName, program } = request;
  const asked = [files, profiles, interpolate, projectName ?? null, program];
  return join(folderOf(host), sha256(JSON.stringify([FORMAT, asked, workingDirectory, variables])));
}

interface Noted {
  /** The same files, whose answers are noted. */
  readonly files: Asked;
  /** Undefined where something could not be read. */
  readonly texts: () => ReadonlyMap<string, string | undefined> | undefined;
  readonly folders: ReadonlyMap<string, boolean>;
}

export function noting(files: Asked): Noted {
  const texts = new Map<string, string | undefined>();
  const folders = new Map<string, boolean>();
  let isWhole = true;
  return {
    files: {
      read: (path) => {
        const answer = files.read(path);
        if (!answer.ok) isWhole = false;
        // Two answers to one question: it changed meanwhile.
        else if (texts.has(path) && texts.get(path) !== answer.value) isWhole = false;
        else texts.set(path, answer.value);
        return answer;
      },
      isDirectory: (path) => {
        const answer = files.isDirectory(path);
        folders.set(path, answer);
        return answer;
      },
    },
    texts: () => (isWhole ? texts : undefined),
    folders,
  };
}

/** The document with nothing in its sections. */
function shellOf(root: MapNode): MapNode {
  const entries = [...root.entries].map(([name, entry]): [string, Entry] => {
    if (entry.value.kind !== 'map') return [name, entry];
    return [name, { key: entry.key, value: { ...entry.value, entries: new Map() } }];
  });
  return { ...root, entries: new Map(entries) };
}

const partName = (section: string, name: string): string => JSON.stringify([section, name]);

/** Keeps a document that is worth it. That it cannot be kept is no reason to fail. */
export function keepExplained(
  request: KeptRequest,
  { merged, notes }: { readonly merged: MergedCompose; readonly notes: readonly string[] },
  noted: Pick<Noted, 'texts' | 'folders'>,
  { files, host }: KeptWorld,
): void {
  const texts = noted.texts();
  if (texts === undefined) return;
  const characters = [...texts.values()].reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (characters < WORTH_KEEPING) return;
  const numbers = new SourceNumbers();
  const shell = keepPart(shellOf(merged.root), numbers);
  const parts: (readonly [string, KeptPart])[] = [];
  const sections = [...merged.root.entries].flatMap(([section, { value: held }]): Section[] => {
    if (held.kind !== 'map') return [];
    const names = [...held.entries].map(([name, { value }]) => {
      parts.push([partName(section, name), keepPart(value, numbers)]);
      return [name, Math.floor((parts.length - 1) / CHUNK)] as const;
    });
    return [{ section, names }];
  });
  const sources = sourcesOf(numbers, texts);
  if (sources === undefined) return;
  const reads = [...texts].map(
    ([path, text]) => [path, text === undefined ? null : sha256(text)] as const,
  );
  const { projectDirectory } = merged;
  const folders = [...noted.folders];
  const kept: Kept = { reads, folders, projectDirectory, notes, sources, shell, sections };
  write(placeOf(request, host), kept, parts, { files, host });
}

/** Undefined where one is of no file that was read. */
function sourcesOf(
  numbers: SourceNumbers,
  texts: ReadonlyMap<string, string | undefined>,
): Kept['sources'] | undefined {
  const paths = new Map([...texts].map(([path, text]) => [text, path]));
  const sources = numbers.all.flatMap(({ display, text }) => {
    const path = paths.get(text);
    return path === undefined ? [] : [[display, path] as const];
  });
  return sources.length === numbers.all.length ? sources : undefined;
}

function write(
  folder: string,
  kept: Kept,
  parts: readonly (readonly [string, KeptPart])[],
  { files, host }: KeptWorld,
): void {
  files.makeDirectory(folder, { mode: 0o700 });
  const put = (name: string, value: unknown): boolean =>
    files.writeAtomic(join(folder, `${name}.json`), JSON.stringify(value), {
      ...{ mode: 0o600, flush: false },
    }).ok;
  for (let at = 0; at < parts.length; at += CHUNK) {
    const chunk = Object.fromEntries(parts.slice(at, at + CHUNK));
    if (!put(String(at / CHUNK), chunk)) return;
  }
  // Last: where it is, all is.
  if (!put('index', kept)) return;
  const old = files
    .list(folderOf(host))
    .map((name) => join(folderOf(host), name))
    .map((path) => ({ path, ms: files.modifiedMs(join(path, 'index.json')) ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(DOCUMENTS_KEPT);
  for (const { path } of old) files.remove(path);
}

/** The kept document as far as a part of it has to be known; undefined where it has to be merged. */
export function recallExplained(
  request: KeptRequest,
  path: string,
  { files, host }: KeptWorld,
): KeptExplanation | undefined {
  const folder = placeOf(request, host);
  const index = readJson(join(folder, 'index.json'), files);
  if (index === undefined) return undefined;
  // Written above, by this very build of the tool.
  const kept = index as Kept;
  const texts = textsThatHold(kept, files);
  if (texts === undefined) return undefined;
  const wanted = pathParts(path).join('.');
  // All of it: as soon merged as read.
  if (wanted === '' || kept.sections.some(({ section }) => section === wanted)) return undefined;
  const sources = kept.sources.map(([display, file]): Source => ({
    display,
    text: texts.get(file) ?? '',
  }));
  const root = readPart(kept.shell, sources);
  if (root.kind !== 'map') return undefined;
  for (const one of kept.sections) {
    const below = restBelow(one.section, wanted);
    if (below !== undefined && !fill(root, one, { below, folder, sources }, files))
      return undefined;
  }
  return {
    merged: { root, projectDirectory: kept.projectDirectory },
    notes: kept.notes,
  };
}

/** What of a path lies below a key, which may have dots itself; undefined where it is elsewhere. */
function restBelow(key: string, path: string): string | undefined {
  if (path === key) return '';
  return path.startsWith(`${key}.`) ? path.slice(key.length + 1) : undefined;
}

/** Puts the names of a section where they were, with what is below those that a path can be about. */
function fill(
  root: MapNode,
  { section, names }: Section,
  asked: {
    readonly below: string;
    readonly folder: string;
    readonly sources: readonly Source[];
  },
  files: Files,
): boolean {
  const at = { tool: 'not looked at' };
  const holder = root.entries.get(section)?.value;
  if (holder?.kind !== 'map') return false;
  for (const [name, chunk] of names) {
    if (restBelow(name, asked.below) === undefined) {
      holder.entries.set(name, { key: at, value: nothing(at) });
      continue;
    }
    const parts = readJson(join(asked.folder, `${String(chunk)}.json`), files);
    if (parts === undefined) return false;
    const part = (parts as Readonly<Record<string, KeptPart>>)[partName(section, name)];
    if (part === undefined) return false;
    holder.entries.set(name, { key: at, value: readPart(part, asked.sources) });
  }
  return true;
}

/** The texts of all files, where each is as it was. */
function textsThatHold(
  { reads, folders }: Inputs,
  files: Files,
): ReadonlyMap<string, string> | undefined {
  if (folders.some(([path, was]) => files.isDirectory(path) !== was)) return undefined;
  const texts = new Map<string, string>();
  for (const [path, digest] of reads) {
    const text = files.read(path);
    if (!text.ok) return undefined;
    if ((text.value === undefined ? null : sha256(text.value)) !== digest) return undefined;
    if (text.value !== undefined) texts.set(path, text.value);
  }
  return texts;
}
