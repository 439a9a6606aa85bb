import { posix } from 'node:path';
import { xmlDecoded, xmlTags, type XmlTag } from './xml-tags.ts';

/** Of each file, as the report calls it: line number → how often it ran. */
export type Coverage = ReadonlyMap<string, ReadonlyMap<number, number>>;

type Hits = Map<string, Map<number, number>>;

/** A line that several tests or classes report ran as often as it did in the one that ran it most. */
function count(hits: Hits, file: string, line: number, times: number): void {
  if (!Number.isSafeInteger(line) || line < 1 || Number.isNaN(times)) return;
  const lines = hits.get(file) ?? new Map<number, number>();
  lines.set(line, Math.max(lines.get(line) ?? 0, times));
  hits.set(file, lines);
}

function readLcov(text: string): Coverage {
  const hits: Hits = new Map();
  let file = '';
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('SF:')) file = posix.normalize(line.slice('SF:'.length));
    const data = /^DA:(\d+),(\d+)/.exec(line);
    if (data !== null) count(hits, file, Number(data[1]), Number(data[2]));
  }
  return hits;
}

/** `example.com/api/store/store.go:12.34,15.2 3 1`: from, to, statements, times. */
function readGo(text: string): Coverage {
  const hits: Hits = new Map();
  for (const line of text.split(/\r?\n/)) {
    const block = /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/.exec(line);
    if (block === null) continue;
    const [, file = '', from, to, times] = block;
    for (let at = Number(from); at <= Number(to); at += 1) count(hits, file, at, Number(times));
  }
  return hits;
}

const of = ({ attributes }: XmlTag, name: string): string => attributes.get(name) ?? '';
const numberOf = (tag: XmlTag, name: string): number => Number.parseInt(of(tag, name), 10);

/** The folder that files are named from, where the report names just one of the container's. */
function sourceFolder(text: string): string {
  const named = [...text.matchAll(/<source>\s*([^<]*?)\s*<\/source>/g)];
  const [folder = ''] = named.length === 1 ? (named[0]?.slice(1) ?? []) : [];
  return folder.startsWith('/') ? xmlDecoded(folder) : '';
}

function readCobertura(text: string): Coverage {
  const hits: Hits = new Map();
  const from = sourceFolder(text);
  let file = '';
  for (const tag of xmlTags(text)) {
    if (tag.name === 'class') {
      const name = of(tag, 'filename');
      file = posix.normalize(name.startsWith('/') ? name : posix.join(from, name));
    }
    if (tag.name === 'line') count(hits, file, numberOf(tag, 'number'), numberOf(tag, 'hits'));
  }
  return hits;
}

/** A line ran when an instruction of it did. */
function readJacoco(text: string): Coverage {
  const hits: Hits = new Map();
  let folder = '';
  let file = '';
  for (const tag of xmlTags(text)) {
    if (tag.name === 'package') folder = of(tag, 'name');
    if (tag.name === 'sourcefile') file = posix.join(folder, of(tag, 'name'));
    if (tag.name === 'line') count(hits, file, numberOf(tag, 'nr'), numberOf(tag, 'ci'));
  }
  return hits;
}

/** The formats, and how a report shows which one it is. */
const FORMATS = {
  lcov: { is: /^(?:TN:|SF:)/m, read: readLcov },
  'Go’s profile': { is: /^mode: (?:set|count|atomic)\r?$/m, read: readGo },
  JaCoCo: { is: /<report[\s>]/, read: readJacoco },
  cobertura: { is: /<coverage[\s>]/, read: readCobertura },
} as const;

/** Names of the formats that are read. */
export const COVERAGE_FORMATS = Object.keys(FORMATS);

/**
 * What a report of any known format says; undefined when it is none of them, or knows of no line.
 * @param folder where the module lies in its container: names below it are relative to it.
 */
export function readCoverage(text: string, folder: string): Coverage | undefined {
  const format = Object.values(FORMATS).find(({ is }) => is.test(text));
  const coverage = format?.read(text);
  if (coverage === undefined || coverage.size === 0) return undefined;
  return new Map(
    [...coverage].map(([file, lines]) => [
      file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file,
      lines,
    ]),
  );
}
