import { join } from 'node:path';
import { parseDotenv } from '../../compose/read/dotenv.ts';
import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Variables that Compose files may name: the person's environment, and below it `.env`. */
export function projectVariables(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  files: Pick<Files, 'read'>,
): Result<Readonly<Record<string, string>>, readonly Failure[]> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) own[name] = value;
  }
  const text = files.read(join(root, '.env'));
  if (!text.ok) return fail([text.failure]);
  if (text.value === undefined) return ok(own);
  const parsed = parseDotenv(text.value, (name) => own[name]);
  if (!parsed.ok) {
    const before = text.value.slice(0, parsed.failure.offset);
    const line = before.split('\n').length;
    const column = parsed.failure.offset - before.lastIndexOf('\n');
    const at = { file: '.env', line, column, text: text.value.split('\n')[line - 1] ?? '' };
    return fail([{ reason: 'definition', what: parsed.failure.what, at }]);
  }
  return ok({ ...Object.fromEntries(parsed.value), ...own });
}
