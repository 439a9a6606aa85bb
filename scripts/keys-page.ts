// Writes docs/keys.md and docs/settings-keys.md: every key of dev.yaml and dev.settings.yaml, from the
// schemas that the program itself reads them with. `npm run keys:page` writes them; a unit test checks
// that they are current.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIZE_PATTERN } from '../src/definitions/sizes.ts';
import { DURATION_PATTERN } from '../src/util/duration.ts';
import { schemaFiles } from './json-schema.ts';

const NOTE = '<!-- Made by npm run keys:page from the schema that the program reads it with. -->';
const WORDS = `What stands in **bold** must be there. A _name_ has lower-case letters, digits and single hyphens, and starts with a
letter; a _duration_ is written \`500ms\`, \`90s\`, \`2m\`, \`1h30m\`; _texts_ are one text or a list of them.`;

/** Each page with its schema and what stands at its top. */
const PAGES = [
  {
    page: 'keys.md',
    schema: 'dev.schema.json',
    head: `# Every key of dev.yaml

${NOTE}

[dev.yaml](dev-yaml.md) tells what it is for, with examples; here is each key, as the program knows it.
${WORDS} Keys that start with \`x-\` at the top are yours, for anchors.
`,
  },
  {
    page: 'settings-keys.md',
    schema: 'dev.settings.schema.json',
    head: `# Every key of dev.settings.yaml

${NOTE}

[dev.settings.yaml](settings.md) tells how they are changed; here is each key, as the program knows it.
${WORDS}
`,
  },
] as const;

/** As much of JSON Schema as dev.yaml's has. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

/** A mapping with keys of its own: a part of the page. */
interface Part {
  readonly paths: string[];
  readonly schema: Schema;
}

const PATTERNS = new Map([
  [DURATION_PATTERN.source, 'duration'],
  [SIZE_PATTERN.source, 'size'],
  ['^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$', 'name'],
  ['^[A-Za-z_][A-Za-z0-9_]*$', 'variable'],
]);

const code = (value: unknown): string =>
  `\`${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('|', String.raw`\|`)}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('*', '\\*');

/** What stands in each entry of a mapping whose keys are the person's own. */
const entryOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

function numbers({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Schema) {
  const from = minimum === Number.MIN_SAFE_INTEGER ? undefined : String(minimum);
  const to = maximum === Number.MAX_SAFE_INTEGER ? undefined : String(maximum);
  if (from !== undefined && to !== undefined) return `number, ${from} to ${to}`;
  return from === undefined ? 'number' : `number, ${from} or more`;
}

/** Each form that a value may have. */
function formsOf(schema: Schema): readonly string[] {
  const { type, anyOf, items, properties } = schema;
  if (anyOf !== undefined) {
    const forms = [...new Set(anyOf.flatMap(formsOf))];
    const list = forms.at(-1);
    const single = forms.slice(0, -1);
    if (list !== `list of ${single.join(' or ')}`) return forms;
    return single.join() === 'text' ? ['texts'] : [...single, 'a list of them'];
  }
  if (schema.const !== undefined) return [code(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(code);
  if (items !== undefined) return [`list of ${formsOf(items).join(' or ')}`];
  if (properties !== undefined) return ['mapping'];
  const entry = entryOf(schema);
  if (entry !== undefined) return [`mapping of ${formsOf(entry).join(' or ')}`];
  if (Array.isArray(type)) return type.flatMap((one: string) => formsOf({ ...schema, type: one }));
  if (type === 'boolean') return [code(true), code(false)];
  if (type === 'integer' || type === 'number') return [numbers(schema)];
  return [type === 'string' ? (PATTERNS.get(schema.pattern ?? '') ?? 'text') : 'anything'];
}

/** Mappings with keys of their own inside a value, each with its path. */
function mappingsIn(schema: Schema, path: string): readonly (readonly [string, Schema])[] {
  if (schema.properties !== undefined) return [[path, schema]];
  const entry = entryOf(schema);
  return [
    ...(schema.anyOf ?? []).flatMap((one) => mappingsIn(one, path)),
    ...(schema.items === undefined ? [] : mappingsIn(schema.items, `${path}[]`)),
    ...(entry === undefined ? [] : mappingsIn(entry, `${path}.NAME`)),
  ];
}

/** All parts, in the order of the schema; what is alike (`compile`, `test`, `lint`) is one. */
function partsOf(schema: Schema, path: string, parts: Map<string, Part>): Map<string, Part> {
  const { properties = {} } = schema;
  const known = parts.get(JSON.stringify(schema));
  if (known !== undefined) {
    known.paths.push(path);
    return parts;
  }
  parts.set(JSON.stringify(schema), { paths: [path], schema });
  for (const [key, value] of Object.entries(properties)) {
    const below = path === '' ? key : `${path}.${key}`;
    for (const [at, mapping] of mappingsIn(value, below)) partsOf(mapping, at, parts);
  }
  return parts;
}

function rowOf(key: string, value: Schema, isNeeded: boolean): string {
  const { description = '', examples = [] } = value;
  const shown = examples.length === 0 ? '' : ` Such as ${examples.map(code).join(', ')}.`;
  const name = isNeeded ? `**\`${key}\`**` : `\`${key}\``;
  return `| ${name} | ${formsOf(value).join(', ')} | ${cell(description)}${shown} |`;
}

function partText({ paths, schema }: Part): string {
  const { properties = {}, required = [] } = schema;
  const title = paths.map((path) => (path === '' ? 'At the top' : `\`${path}\``)).join(', ');
  const rows = Object.entries(properties).map(([key, value]) =>
    rowOf(key, value, required.includes(key)),
  );
  return [
    `## ${title}`,
    '',
    '| key | value | what it says |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Name below docs → text of each page. */
export function keysPages(): ReadonlyMap<string, string> {
  const schemas = schemaFiles();
  return new Map(
    PAGES.map(({ page, schema, head }) => {
      // It is what zod writes; `Schema` names all of it that is read.
      const whole = JSON.parse(schemas.get(schema) ?? '{}') as Schema;
      const parts = [...partsOf(whole, '', new Map()).values()];
      return [page, `${head}\n${parts.map(partText).join('\n')}`] as const;
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  for (const [page, text] of keysPages()) {
    writeFileSync(join(import.meta.dirname, '../docs', page), text);
  }
}
