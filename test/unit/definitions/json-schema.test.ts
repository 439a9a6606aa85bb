import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaFiles } from '../../../scripts/json-schema.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Paths of keys that say nothing of themselves, wherever they stand in a schema. */
function undescribed(value: unknown, path: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => undescribed(one, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {} } = value as Schema;
  const here = Object.entries(properties).flatMap(([key, one]) =>
    one.description === undefined ? [`${path}.${key}`] : [],
  );
  return [
    ...here,
    ...Object.entries(value).flatMap(([key, one]) => undescribed(one, `${path}/${key}`)),
  ];
}

describe.each([...schemaFiles()])('schema/%s', (name, text) => {
  it('is current: else run npm run schema', () => {
    const file = join(import.meta.dirname, '../../../schema', name);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('describes every key', () => {
    expect(undescribed(JSON.parse(text), '')).toEqual([]);
  });
});
