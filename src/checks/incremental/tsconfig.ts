import { dirname, isAbsolute, join } from 'node:path';
import { parse, type ParseError } from 'jsonc-parser';
import { isMapping } from '../../model/plain.ts';
import { upwards } from './installed-version.ts';
import type { ToolFacts } from './tool-plan.ts';

type ConfigFiles = Pick<ToolFacts, 'root' | 'files'>;

/** `compilerOptions` with what a configuration extends; paths are absolute. */
export interface CompilerOptions {
  readonly options: ReadonlyMap<string, unknown>;
  /** Of the files that they are from. */
  readonly texts: readonly string[];
}

/** Longer chains than this are circles. */
const MAX_DEPTH = 16;
const PATHS: ReadonlySet<string> = new Set(['outDir', 'declarationDir']);

/**
 * What TypeScript takes for options when it is run in a folder; undefined where that cannot be told.
 * @param folder relative to the root.
 * @param project what `--project` says.
 */
export function compilerOptions(
  folder: string,
  project: string | undefined,
  { root, files }: ConfigFiles,
): CompilerOptions | undefined {
  const path = configFile(folder, project, { root, files });
  if (path === undefined) return undefined;
  const options = new Map<string, unknown>();
  const texts: string[] = [];
  const isRead = readInto(options, path, { root, files, texts, own: dirname(path), depth: 0 });
  return isRead ? { options, texts } : undefined;
}

function configFile(
  folder: string,
  project: string | undefined,
  { root, files }: ConfigFiles,
): string | undefined {
  if (project !== undefined) {
    const named = join(root, folder, project);
    return files.isDirectory(named) ? join(named, 'tsconfig.json') : named;
  }
  return upwards(folder)
    .map((one) => join(root, one, 'tsconfig.json'))
    .find((path) => files.exists(path));
}

interface Reading extends ConfigFiles {
  /** Folder of the first of the chain: `${configDir}`. */
  readonly own: string;
  readonly depth: number;
  readonly texts: string[];
}

function readInto(options: Map<string, unknown>, path: string, reading: Reading): boolean {
  const { files, own, depth } = reading;
  const text = files.read(path);
  if (depth > MAX_DEPTH || !text.ok || text.value === undefined) return false;
  reading.texts.push(text.value);
  const errors: ParseError[] = [];
  const config: unknown = parse(text.value, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isMapping(config)) return false;
  const written = config['extends'] ?? [];
  for (const base of Array.isArray(written) ? (written as unknown[]) : [written]) {
    const found = typeof base === 'string' ? extended(base, dirname(path), reading) : undefined;
    if (found === undefined) return false;
    if (!readInto(options, found, { ...reading, depth: depth + 1 })) return false;
  }
  const compiler = config['compilerOptions'] ?? {};
  if (!isMapping(compiler)) return false;
  for (const [name, value] of Object.entries(compiler)) {
    if (typeof value !== 'string' || !PATHS.has(name)) options.set(name, value);
    else {
      const shown = value.replace(/^\$\{configDir\}/, () => own);
      if (shown.includes('${')) return false;
      options.set(name, isAbsolute(shown) ? shown : join(dirname(path), shown));
    }
  }
  return true;
}

/** The file that `extends` names: beside it, or in a package. */
function extended(base: string, folder: string, { root, files }: ConfigFiles): string | undefined {
  // Absolute ones are others in the container.
  if (isAbsolute(base)) return undefined;
  const starts = /^\.\.?(?:\/|$)/.test(base)
    ? [join(folder, base)]
    : upwards(folder.slice(root.length + 1)).map((one) => join(root, one, 'node_modules', base));
  const names = starts.flatMap((start) => [start, `${start}.json`, join(start, 'tsconfig.json')]);
  return names.find((name) => files.exists(name) && !files.isDirectory(name));
}
