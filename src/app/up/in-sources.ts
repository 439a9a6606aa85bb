import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';

/** What failures show of logs, its places in compiled files replaced by those that they were made from. */
export async function inSources(
  failures: readonly Failure[],
  root: string,
  files: Files,
): Promise<readonly Failure[]> {
  if (!failures.some(({ detail }) => detail?.some((line) => line.includes('js:')))) return failures;
  const { SourcePositions } = await import('../logs/source-positions.ts');
  const positions = new SourcePositions(root, files.confined(root));
  return failures.map((failure) => {
    const { detail } = failure;
    if (detail === undefined) return failure;
    return { ...failure, detail: detail.map((line) => positions.inText(line)) };
  });
}
