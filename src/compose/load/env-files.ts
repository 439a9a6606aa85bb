import { basename, dirname, join } from 'node:path/posix';
import { exampleNames } from '../../model/env-example.ts';
import { addEnvironmentFile } from '../read/dotenv-files.ts';
import { parseDotenv } from '../read/dotenv.ts';
import { readVariable } from './loading.ts';
import type { Loading } from './loading.ts';
import { isEnabled } from '../profiles.ts';
import type { Place } from '../source.ts';
import { child, isNull, list, map, stringOf, text } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/**
 * Reads every `env_file` and `label_file` of the enabled services, so that a missing or broken one
 * is found now. A file stays a reference in the merged document, and its values out of it, unless
 * they depend on variables: those of `.env` are only known here.
 */
export function resolveEnvironmentFiles(
  root: MapNode,
  profiles: readonly string[],
  loading: Loading,
): void {
  const services = child(root, 'services');
  if (services?.kind !== 'map') return;
  for (const [name, { value: service }] of services.entries) {
    if (service.kind !== 'map') continue;
    resolveNames(child(service, 'environment'), loading);
    resolveNames(child(child(service, 'build'), 'args'), loading);
    if (!isEnabled(service, profiles)) continue;
    resolveService(name, service, loading);
    checkLabelFiles(name, service, loading);
  }
}

/** Gives `NAME:` without a value the one from outside. */
function resolveNames(node: Node | undefined, loading: Loading): void {
  if (node?.kind === 'map') {
    for (const [name, entry] of node.entries) {
      const found = isNull(entry.value) ? readVariable(name, entry.key, loading) : undefined;
      if (found !== undefined) entry.value = text(found, entry.key);
    }
  } else if (node?.kind === 'list') {
    node.items = node.items.map((item) => {
      const name = stringOf(item);
      const found =
        name?.includes('=') === false ? readVariable(name, item.at, loading) : undefined;
      return name === undefined || found === undefined ? item : text(`${name}=${found}`, item.at);
    });
  }
}

function resolveService(name: string, service: MapNode, loading: Loading): void {
  const files = child(service, 'env_file');
  if (files?.kind !== 'list') return;
  const values = new Map<string, { value: string; at: Place }>();
  /** Variables from outside that the files use. */
  const used = new Set<string>();
  for (const item of files.items) {
    const path = stringOf(child(item, 'path'));
    const format = child(item, 'format');
    const required = child(item, 'required');
    const at = child(item, 'path')?.at ?? item.at;
    if (path === undefined) continue;
    if (format !== undefined && stringOf(format) !== '') {
      const isRaw = stringOf(format) === 'raw';
      const what = `services.${name}.env_file: ${isRaw ? 'the format raw is not taken' : 'there is no format of that name'}`;
      loading.problems.add(what, format.at, isRaw ? RAW : { cure: 'Leave format out.' });
      continue;
    }
    const read = loading.readFile(path);
    if (!read.ok) {
      loading.problems.add(read.failure.what, at, read.failure);
      continue;
    }
    if (read.value === undefined) {
      if (required?.kind === 'scalar' && required.value === false) continue;
      loading.problems.add(`There is no file ${loading.display(path)}`, at, {
        why: `services.${name} takes its environment from it.`,
        cure: makeFileCure(path, loading),
        about: { file: path },
      });
      continue;
    }
    const own = new Map<string, string>();
    const outside = new Map([...values].map(([key, one]) => [key, one.value]));
    const lookup = {
      get: (variable: string): string | undefined => {
        const before = outside.get(variable);
        if (before !== undefined) return before;
        const found = readVariable(variable, at, loading);
        if (found !== undefined) used.add(variable);
        return found;
      },
    };
    addEnvironmentFile(path, read.value, own, { ...loading, environment: lookup });
    for (const [key, value] of own) values.set(key, { value, at });
  }
  if (used.size > 0) inline(service, values);
}

/** Of Compose 2.30 and later. */
const RAW = {
  why: 'Only newer versions of Compose read a file so: without quotes, $ and comments.',
  cure: 'Leave format out, and put values with such characters into single quotes: PASSWORD=\'a$b # "c"\'',
};

function makeFileCure(path: string, { readFile, display }: Loading): string {
  const example = exampleNames(basename(path))
    .map((name) => join(dirname(path), name))
    .find((one) => {
      const read = readFile(one);
      return read.ok && read.value !== undefined;
    });
  if (example !== undefined) return `cp ${display(example)} ${display(path)}`;
  return 'Make the file, or mark it: required: false.';
}

/** Values of environment files, by name. */
type FileValues = ReadonlyMap<string, { readonly value: string; readonly at: Place }>;

/**
 * Puts the values of the files into `environment`, below what stands there. A list stays one:
 * Compose takes `x-…` for a variable there, and for an extension in a mapping.
 */
function inline(service: MapNode, values: FileValues): void {
  const own = child(service, 'environment');
  const at = own?.at ?? child(service, 'env_file')?.at ?? service.at;
  const result = own?.kind === 'map' ? inlineMap(own, values) : inlineList(own, values, at);
  service.entries.set('environment', { key: at, value: result });
  service.entries.delete('env_file');
}

function inlineMap(own: MapNode, values: FileValues): Node {
  const result = map(own.at);
  for (const [key, { value, at }] of values) {
    result.entries.set(key, { key: at, value: text(value, at) });
  }
  for (const [key, entry] of own.entries) result.entries.set(key, entry);
  return result;
}

function inlineList(own: Node | undefined, values: FileValues, at: Place): Node {
  const items = own?.kind === 'list' ? own.items : [];
  const named = new Set(items.map((item) => (stringOf(item) ?? '').split('=', 1)[0]));
  const more = [...values].filter(([key]) => !named.has(key));
  return list([...more.map(([key, one]) => text(`${key}=${one.value}`, one.at)), ...items], at);
}

function checkLabelFiles(name: string, service: MapNode, loading: Loading): void {
  const files = child(service, 'label_file');
  for (const item of files?.kind === 'list' ? files.items : []) {
    const path = stringOf(item) ?? '';
    const read = loading.readFile(path);
    if (read.ok && read.value !== undefined) {
      const parsed = parseDotenv(read.value, () => undefined);
      if (!parsed.ok) loading.problems.add(parsed.failure.what, item.at);
      continue;
    }
    loading.problems.add(`There is no file ${loading.display(path)}`, item.at, {
      why: `services.${name} takes its labels from it.`,
      about: { file: path },
    });
  }
}
