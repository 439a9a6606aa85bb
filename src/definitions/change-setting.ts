import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Failure } from '../events/failure.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { valueAt } from './schema-issues.ts';
import { addEntry, isWritten, yamlNodeAt, replaceValue } from './yaml-edit.ts';
import { parseYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export const SETTINGS_FILE = 'dev.settings.yaml';

/** Keys that may have several values: a text with commas is not one. */
const LISTS: ReadonlySet<string> = new Set(['certificates.company_ca']);

/**
 * A settings text with one value changed: `changeSetting(text, 'modules.api.watch', 'false')`.
 * Comments, order and everything else stay as they are.
 * @param given YAML: `false`, `keep`, `{ 3000: 13000 }`; several values of one key also as `a, b`.
 * @returns the new text, not yet checked for keys and values that make sense.
 */
export function changeSetting(
  text: string,
  key: string,
  given: string,
): Result<string, readonly Failure[]> {
  const source = parseYaml(SETTINGS_FILE, text);
  if (!source.ok) return source;
  const path = settingPath(key);
  if (path.some((step) => step === '')) {
    return fail([usage(`"${key}" is no key`, 'Write it like modules.api.watch')]);
  }
  const value =
    LISTS.has(key.trim()) && /,\s/.test(given) ? `[${given.replace(/^\[|\]$/g, '')}]` : given;
  const meant = parseValue(value);
  if (meant === undefined) {
    return fail([
      usage(`"${value}" is no value`, 'Write it as in the file: false, keep, { 80: 8080 }'),
    ]);
  }
  for (const written of [value.trim(), JSON.stringify(meant.value)]) {
    const changed = edited(source.value, path, written);
    if (typeof changed !== 'string') return fail([changed]);
    if (holds(changed, path, meant.value)) return ok(changed);
  }
  return fail([usage(`"${key}" cannot be changed here`, `Edit ${SETTINGS_FILE} by hand`)]);
}

/** What a module or a service has; what stands before it is a name, which may have dots. */
const OF_ONE =
  /^(?<group>modules|services)\.(?<name>.+)\.(?<rest>(?:run|containers|data|watch)|(?:ports|checks)(?:\.[^.]+)?)$/;

/** The steps to a setting: `services.My.Db.run` speaks of the service `My.Db`. */
export function settingPath(written: string): readonly string[] {
  // `KEY = VALUE`, as people write it.
  const key = written.trim();
  const { group, name, rest } = OF_ONE.exec(key)?.groups ?? {};
  if (group !== undefined && name !== undefined && rest !== undefined) {
    return [group, unquoted(name), ...rest.split('.')];
  }
  const credential = /^credentials\.(.+)$/.exec(key)?.[1];
  return credential === undefined ? key.split('.') : ['credentials', unquoted(credential)];
}

const unquoted = (name: string): string => /^(["'])(.+)\1$/.exec(name)?.[2] ?? name;

function edited(source: YamlSource, path: readonly string[], value: string): string | Failure {
  const node = yamlNodeAt(source, path);
  if (isWritten(node)) {
    const group = (isMap(node) || isSeq(node)) && node.flow !== true;
    if (!group && (isScalar(node) || isMap(node) || isSeq(node))) {
      return replaceValue(source, node, value);
    }
    return usage(`"${path.join('.')}" is a group`, 'Set one of the keys in it');
  }
  return added(source, path, value);
}

/** Adds the key, and the groups on the way to it, below what is there of them. */
function added(source: YamlSource, path: readonly string[], value: string): string | Failure {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const parent = path.slice(0, depth);
    const holder = yamlNodeAt(source, parent);
    if (holder === undefined && depth > 0) continue;
    const rest = path.slice(depth);
    const changed =
      // `key:` without a value: the value goes behind the colon of its parent's line.
      addEntry(source, parent, (indent) => nested(rest, value, indent), flow(rest, value));
    if (changed !== undefined) return changed;
    const blocking = parent.join('.');
    return usage(`"${blocking}" has a value and no keys`, `Edit ${SETTINGS_FILE} by hand`);
  }
  return usage(`"${path.join('.')}" cannot be added`, `Edit ${SETTINGS_FILE} by hand`);
}

function nested(path: readonly string[], value: string, indent: string): readonly string[] {
  return path.map((step, index) => {
    const end = index === path.length - 1 ? ` ${value}` : '';
    return `${indent}${'  '.repeat(index)}${step}:${end}`;
  });
}

function flow(path: readonly string[], value: string): string {
  const [step = '', ...rest] = path;
  return rest.length === 0 ? `${step}: ${value}` : `${step}: { ${flow(rest, value)} }`;
}

function parseValue(value: string): { readonly value: unknown } | undefined {
  const document = parseDocument(value, { logLevel: 'silent', prettyErrors: false });
  if (document.errors.length > 0 || value.trim() === '') return undefined;
  return { value: document.toJS() as unknown };
}

/** Whether a text is right YAML that has the value at the path. */
function holds(text: string, path: readonly string[], value: unknown): boolean {
  const source = parseYaml(SETTINGS_FILE, text);
  if (!source.ok) return false;
  return JSON.stringify(valueAt(source.value.value, path)) === JSON.stringify(value);
}

function usage(what: string, cure: string): Failure {
  return { reason: 'usage', what, cure };
}
