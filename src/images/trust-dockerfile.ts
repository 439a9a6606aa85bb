import { parseDockerfile } from './dockerfile.ts';
import { CA_SECRET, descends, mountCertificates } from './rewrite.ts';

/** Where the bundle lies during a RUN in an image of somebody else's; nothing of it stays. */
const PATH = '/run/onestack/ca-bundle.crt';
const MOUNT = `--mount=type=secret,id=${CA_SECRET},target=${PATH},mode=0444`;

/** How programs are told where certificate authorities are. */
const VARIABLES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
  'COMPOSER_CAFILE',
  'BUNDLE_SSL_CA_CERT',
  'DENO_CERT',
  'AWS_CA_BUNDLE',
] as const;

/** ARG, not ENV: what a build is told, no container is. */
const ARGUMENTS = `ARG ${VARIABLES.map((name) => `${name}=${PATH}`).join(' ')}`;

export interface TrustingDockerfile {
  readonly text: string;
  /** Lines of the given text, from 1, after each of which there is one more. */
  readonly addedAfter: readonly number[];
}

/**
 * A stranger's Dockerfile whose RUN steps trust the company's certificate authorities: they are mounted
 * for the time of each step, and arguments tell programs where. No layer and no environment of the
 * image has anything of it. Images of the hierarchy know the place by themselves.
 */
export function withTrust(text: string): TrustingDockerfile {
  const { lines, stages } = parseDockerfile(text);
  const changed = [...lines];
  const addedAfter: number[] = [];
  for (const [index, { fromEnd, instructions }] of stages.entries()) {
    if (!instructions.some(({ keyword }) => keyword === 'RUN')) continue;
    const knows = descends(index, stages);
    for (const instruction of instructions) {
      mountCertificates(changed, instruction, knows ? undefined : MOUNT);
    }
    if (!knows) addedAfter.push(fromEnd + 1);
  }
  const built = changed.flatMap((line, index) =>
    addedAfter.includes(index + 1) ? [line, ARGUMENTS] : [line],
  );
  return { text: built.join('\n'), addedAfter };
}

/** A line of the Dockerfile that was built, as a line of the person's own. */
export function originalLine(built: number, addedAfter: readonly number[]): number {
  return built - addedAfter.filter((line, index) => line + index + 1 <= built).length;
}
