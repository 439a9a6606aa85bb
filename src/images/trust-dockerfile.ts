import { parseDockerfile, syntaxOf } from './dockerfile.ts';
import { COMPANY_BUNDLE, companyFolder } from '../model/company-trust.ts';
import { CA_PATH, CA_SECRET, descends, mountCertificates } from './rewrite.ts';

/** Where the bundle lies during a RUN in an image of somebody else's; nothing of it stays. */
const PATH = '/run/onestack/ca-bundle.crt';

/** Name of a build's further context that has nothing but the bundle in it. */
export const CA_CONTEXT = 'onestack-company';

/** That context for `docker build`, as `NAME=FOLDER`. */
export const companyContext = (bundle: string): string => `${CA_CONTEXT}=${companyFolder(bundle)}`;

/** Those of Docker's own readers of Dockerfiles that know of further contexts. */
const KNOWS_CONTEXTS =
  /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::(?:1|latest|1-labs|labs|1\.(?:[4-9]|\d\d+)\S*))?$/;

/**
 * How the bundle comes into a step. BuildKit looks at every file of the image before each step that has a
 * secret (0.3 s for Debian alone, 0.6 s with Node), and for a file of a context it does not; a reader of
 * Dockerfiles that is older, or nobody knows, takes a secret.
 */
function mountAt(target: string, text: string): string {
  const reader = syntaxOf(text)?.reader;
  return reader === undefined || KNOWS_CONTEXTS.test(reader)
    ? `--mount=type=bind,from=${CA_CONTEXT},source=${COMPANY_BUNDLE},target=${target}`
    : `--mount=type=secret,id=${CA_SECRET},target=${target},mode=0444`;
}

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
    const mount = mountAt(knows ? CA_PATH : PATH, text);
    for (const instruction of instructions) mountCertificates(changed, instruction, mount);
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
