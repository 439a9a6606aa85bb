import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';

/**
 * Text of a definition file, undefined when it is not there.
 * @param file its name in messages.
 * @returns a failure with the place of the first byte that is not UTF-8.
 */
export function readSource(
  files: Pick<Files, 'readBytes'>,
  path: string,
  file: string,
): Result<string | undefined, Failure> {
  const bytes = files.readBytes(path);
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return ok(undefined);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch {
    return fail(notUtf8(bytes.value, file));
  }
}

function notUtf8(bytes: Uint8Array, file: string): Failure {
  // Up to the first replacement the text is right, so the place is that of the wrong byte.
  const text = new TextDecoder('utf-8').decode(bytes);
  const before = text.slice(0, text.indexOf('\uFFFD'));
  const lineStart = before.lastIndexOf('\n') + 1;
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return {
    reason: 'definition',
    what: `${file} is not UTF-8 text`,
    ...(utf16 ? { why: 'it starts like UTF-16' } : {}),
    cure: 'Save it as UTF-8',
    at: {
      file,
      line: before.split('\n').length,
      column: before.length - lineStart + 1,
      text: text.slice(lineStart).split('\n', 1)[0] ?? '',
    },
  };
}
