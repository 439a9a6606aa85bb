import { posix } from 'node:path';
import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { MOUNTED_AT } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';

/** A place in a file of the project; the file is relative to its root. */
export interface MappedPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; undefined where only the line is known. */
  readonly column: number | undefined;
}

type MapFiles = Pick<Files, 'read' | 'stat'>;

/** Larger programs and maps are not read for the sake of a line. */
const LARGEST = 16 * 1024 * 1024;
/** Maps that are kept. */
const KEPT = 32;
/** Columns are counted from 1 by programs, from 0 by maps. */
const FIRST_COLUMN = 1;

const POSITION = new RegExp(
  String.raw`${MOUNTED_AT}/(?<file>[^\s"'\`()<>:\\]{1,300}\.[cm]?js):(?<line>\d{1,7}):(?<column>\d{1,7})(?!\d)`,
  'g',
);
const COMPILED = /\.[cm]?js$/;
const MAP_URL = /^\/\/[#@] ?sourceMappingURL=(?<url>\S+)\s*$/gm;
const INLINE = /^data:application\/json[^,]*;base64,/;

interface Kept {
  readonly stamp: string;
  readonly map: TraceMap | undefined;
}

/**
 * What of the project's sources the positions in compiled JavaScript come from, by the maps that lie
 * beside it or in it. Programs that use their maps themselves name sources, which stay as they are.
 */
export class SourcePositions {
  readonly #root: string;
  readonly #files: MapFiles;
  readonly #kept = new Map<string, Kept>();

  /**
   * @param root absolute, of the project
   * @param files confined to it: what is compiled is written by code in containers
   */
  constructor(root: string, files: MapFiles) {
    this.#root = root;
    this.#files = files;
  }

  /** A line of a program's output, its positions in compiled files replaced by those in their sources. */
  inText(text: string): string {
    if (!text.includes('js:') || !text.includes(MOUNTED_AT)) return text;
    return text.replace(POSITION, (whole, ...found: readonly unknown[]) => {
      const { file = '', line = '', column = '' } = found.at(-1) as Record<string, string>;
      const source = this.of({ file, line: Number(line), column: Number(column) });
      if (source === undefined) return whole;
      return `${MOUNTED_AT}/${source.file}:${source.line}:${source.column ?? FIRST_COLUMN}`;
    });
  }

  /** Where a place comes from; undefined where no map says so, or the source is not in the project. */
  of({ file, line, column }: MappedPlace): MappedPlace | undefined {
    if (!COMPILED.test(file) || line < 1) return undefined;
    const map = this.#mapOf(file);
    if (map === undefined) return undefined;
    const found = original(map, line, column);
    const source = found === undefined ? undefined : this.#fileOf(found.source, file);
    if (found === undefined || source === undefined) return undefined;
    return { file: source, line: found.line, column: found.column + FIRST_COLUMN };
  }

  #mapOf(file: string): TraceMap | undefined {
    const program = this.#files.stat(this.#onHost(file));
    if (program === undefined) return undefined;
    const stamp = `${program.stamp} ${this.#files.stat(this.#onHost(`${file}.map`))?.stamp ?? ''}`;
    const kept = this.#kept.get(file);
    if (kept?.stamp === stamp) return kept.map;
    const map = this.#readMap(file);
    this.#kept.delete(file);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(file, { stamp, map });
    return map;
  }

  #readMap(file: string): TraceMap | undefined {
    const program = this.#read(file);
    if (program === undefined) return undefined;
    const url = [...program.matchAll(MAP_URL)].at(-1)?.groups?.['url'] ?? '';
    if (INLINE.test(url)) {
      return parsed(Buffer.from(url.replace(INLINE, ''), 'base64').toString('utf8'), file);
    }
    const beside = url === '' ? `${file}.map` : posix.join(posix.dirname(file), unescaped(url));
    const text = beside.startsWith('..') ? undefined : this.#read(beside);
    return text === undefined ? undefined : parsed(text, beside);
  }

  #read(file: string): string | undefined {
    const path = this.#onHost(file);
    const entry = this.#files.stat(path);
    if (entry?.kind !== 'file' || entry.bytes > LARGEST) return undefined;
    const text = this.#files.read(path);
    return text.ok ? text.value : undefined;
  }

  /** A source as its map names it → a file of the project that is there. */
  #fileOf(source: string, compiled: string): string | undefined {
    const isThere = (file: string): boolean =>
      !file.startsWith('..') && this.#files.stat(this.#onHost(file))?.kind === 'file';
    if (source.startsWith(`file://${MOUNTED_AT}/`)) {
      const file = posix.normalize(unescaped(source.slice(`file://${MOUNTED_AT}/`.length)));
      return isThere(file) ? file : undefined;
    }
    // Bundlers name sources from a folder above what they make, without saying which.
    const bundled = /^webpack:\/\/[^/]*\/(?<path>[^?]+)/.exec(source)?.groups?.['path'];
    if (bundled === undefined) return undefined;
    return foldersAbove(compiled)
      .map((folder) => posix.join(folder, unescaped(bundled)))
      .find(isThere);
  }

  #onHost(file: string): string {
    return posix.join(this.#root, file);
  }
}

interface Original {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

function original(map: TraceMap, line: number, column: number | undefined): Original | undefined {
  try {
    const found =
      column === undefined
        ? originalPositionFor(map, { line, column: 0, bias: LEAST_UPPER_BOUND })
        : originalPositionFor(map, { line, column: Math.max(0, column - FIRST_COLUMN) });
    if (found.source === null) return undefined;
    return { source: found.source, line: found.line, column: found.column };
  } catch {
    // Mappings are read when they are asked for; these are none.
    return undefined;
  }
}

function parsed(text: string, file: string): TraceMap | undefined {
  try {
    return new TraceMap(text, `file://${posix.join(MOUNTED_AT, file)}`);
  } catch {
    return undefined;
  }
}

function unescaped(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** `a/b/dist/x.js` → `a/b/dist`, `a/b`, `a`, `.`. */
function foldersAbove(file: string): readonly string[] {
  const folder = posix.dirname(file);
  return folder === '.' ? ['.'] : [folder, ...foldersAbove(folder)];
}
