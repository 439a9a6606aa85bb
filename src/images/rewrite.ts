import type { Dockerfile, Instruction, DockerfileStage } from './dockerfile.ts';
import { parseDockerfile } from './dockerfile.ts';
import { baseImageName } from './reference.ts';

/** BuildKit secret with the certificate authorities that a build may trust. */
export const CA_SECRET = 'ca-bundle';
/** Where programs in images of the hierarchy look for them; the same path in a running container. */
export const CA_PATH = '/etc/onestack/ca-bundle.crt';
const CA_MOUNT = `--mount=type=secret,id=${CA_SECRET},target=${CA_PATH},mode=0444`;

const MOUNTED_ALREADY = /--mount=\S*(?:target|dst|destination)=\/etc\/onestack\/ca-bundle\.crt/;

/** Whether a stage's image descends from the hierarchy, through the stages before it. */
export function descends(index: number, stages: readonly DockerfileStage[]): boolean {
  const reference = stages[index]?.from.reference ?? '';
  const earlier = stages
    .slice(0, index)
    .findLastIndex(({ name }) => name === reference.toLowerCase());
  return earlier === -1 ? baseImageName(reference) !== undefined : descends(earlier, stages);
}

/** Mounts the certificate authorities for the time of a RUN, in the line where it begins. */
export function mountCertificates(
  lines: string[],
  { keyword, value, firstLine }: Instruction,
  mount = CA_MOUNT,
): void {
  if (keyword !== 'RUN' || MOUNTED_ALREADY.test(value)) return;
  lines[firstLine] = (lines[firstLine] ?? '').replace(/^(\s*RUN\b)/i, `$1 ${mount}`);
}

/**
 * The Dockerfile that is handed to the builder. Line for line the person's own, but
 * - every `onestack/NAME` has its fingerprinted reference, so that nothing stale is built upon;
 * - every RUN in an image of the hierarchy gets the company's certificate authorities mounted for
 *   its time. They never are part of the image: it is the same on every machine.
 *
 * @param references base image name → fingerprinted reference, for every name that it uses.
 * @param given values of ARGs, in place of their defaults.
 */
export function rewriteDockerfile(
  text: string,
  references: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string> = new Map(),
): string {
  const dockerfile = parseDockerfile(text, given);
  const lines = withReferences(dockerfile, (reference) => {
    const name = baseImageName(reference);
    return name === undefined ? undefined : references.get(name);
  });
  for (const [index, stage] of dockerfile.stages.entries()) {
    if (!descends(index, dockerfile.stages)) continue;
    for (const instruction of stage.instructions) mountCertificates(lines, instruction);
  }
  return lines.join('\n');
}

/** The lines of a Dockerfile, images that it names replaced; undefined from `other`: as it is. */
export function withReferences(
  dockerfile: Dockerfile,
  other: (reference: string) => string | undefined,
): string[] {
  const lines = [...dockerfile.lines];
  // From right to left, so that a replacement moves no other one in its line.
  const named = [...dockerfile.stages.map(({ from }) => from), ...dockerfile.copied];
  for (const { reference, written, line, column } of named.sort((a, b) => b.column - a.column)) {
    const exact = reference === undefined ? undefined : other(reference);
    const old = lines[line];
    if (exact === undefined || old === undefined) continue;
    lines[line] = old.slice(0, column) + exact + old.slice(column + written.length);
  }
  return lines;
}
