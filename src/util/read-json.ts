import type { Result } from './result.ts';

interface Reader {
  read(path: string): Result<string | undefined, unknown>;
}

/** What a JSON file says; undefined where there is none, it cannot be read, or it is no JSON. */
export function readJson(path: string, files: Reader): unknown {
  const text = files.read(path);
  if (!text.ok || text.value === undefined) return undefined;
  try {
    return JSON.parse(text.value) as unknown;
  } catch {
    return undefined;
  }
}
