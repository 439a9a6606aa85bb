// Writes schema/*.json: the JSON Schemas of dev.yaml and dev.settings.yaml, for editors.
// `npm run schema` writes them; a unit test checks that they are current.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { projectSchema } from '../src/definitions/project-schema.ts';
import { settingsSchema } from '../src/definitions/settings-schema.ts';

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A group of settings may be empty: all its lines removed. */
function withEmptyGroups(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withEmptyGroups);
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withEmptyGroups(one)]),
  );
  return inner['type'] === 'object' ? { ...inner, type: ['object', 'null'] } : inner;
}

// Draft 7 is what editors' YAML support knows best.
const OPTIONS = { io: 'input', target: 'draft-7' } as const;

/** File name → text of each published schema. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const project = {
    title: 'dev.yaml',
    description: 'A project of Onestack: modules, services, dashboard windows and probes.',
    ...(z.toJSONSchema(projectSchema, OPTIONS) as Json),
    patternProperties: { '^x-': { description: 'Yours, for anchors: the tool ignores it.' } },
  };
  const settings = {
    title: 'dev.settings.yaml',
    description: 'One developer’s choices for a project of Onestack.',
    ...(withEmptyGroups(z.toJSONSchema(settingsSchema, OPTIONS)) as Json),
  };
  const files = { 'dev.schema.json': project, 'dev.settings.schema.json': settings };
  return new Map(
    Object.entries(files).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

if (process.argv[1] === import.meta.filename) {
  const folder = join(import.meta.dirname, '../schema');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of schemaFiles()) writeFileSync(join(folder, name), text);
}
