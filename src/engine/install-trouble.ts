/** A package manager that found its lockfile and its manifest to say two things. */
interface Mismatch {
  readonly says: RegExp;
  readonly lockfile: string;
  readonly manifest: string;
  /** What makes the lockfile anew. */
  readonly cure: string;
}

const MISMATCHES: readonly Mismatch[] = [
  {
    says: /can only install packages when your package\.json and (?:package-lock\.json|npm-shrinkwrap\.json)/,
    ...{ lockfile: 'package-lock.json', manifest: 'package.json', cure: 'npm install' },
  },
  {
    says: /ERR_PNPM_(?:OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/,
    ...{ lockfile: 'pnpm-lock.yaml', manifest: 'package.json', cure: 'pnpm install' },
  },
  {
    says: /Your lockfile needs to be updated|YN0028|lockfile would have been (?:modified|created) by this install/,
    ...{ lockfile: 'yarn.lock', manifest: 'package.json', cure: 'yarn install' },
  },
  {
    says: /lockfile had changes, but lockfile is frozen/,
    ...{ lockfile: 'bun.lock', manifest: 'package.json', cure: 'bun install' },
  },
  {
    says: /missing go\.sum entry|updates to go\.(?:mod|sum) needed/,
    ...{ lockfile: 'go.sum', manifest: 'go.mod', cure: 'go mod tidy' },
  },
  {
    says: /pyproject\.toml changed significantly since poetry\.lock/,
    ...{ lockfile: 'poetry.lock', manifest: 'pyproject.toml', cure: 'poetry lock' },
  },
  {
    says: /The lockfile at `uv\.lock` needs to be updated/,
    ...{ lockfile: 'uv.lock', manifest: 'pyproject.toml', cure: 'uv lock' },
  },
];

interface Trouble {
  readonly why: string;
  readonly cure: string;
}

function lockfileMismatch(output: string): Trouble | undefined {
  const found = MISMATCHES.find(({ says }) => says.test(output));
  if (found === undefined) return undefined;
  const { lockfile, manifest, cure } = found;
  return {
    why: `${lockfile} does not match ${manifest}.`,
    cure: `Run ${cure} there, and commit ${lockfile}`,
  };
}

/** What package managers say where the language is not of the version that they were told; the first group names it. */
const VERSIONS: readonly {
  readonly says: RegExp;
  readonly file: string;
  readonly image: string;
}[] = [
  { says: /go\.mod requires go >= ([\d.]+)/, file: 'go.mod', image: 'go' },
  { says: /requires a different Python: \S+ not in '([^']+)'/, file: 'a package', image: 'python' },
  {
    says: /Current Python version \(\S+\) is not allowed by the project \(([^)]+)\)/,
    ...{ file: 'pyproject.toml', image: 'python' },
  },
  {
    says: /(?:code EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE)[^]*?(?:Required: \{[^}]*"node":"|Expected version: )([^"\n]+)/,
    ...{ file: 'package.json', image: 'node' },
  },
  {
    says: /The engine "node" is incompatible with this module\. Expected version "([^"]+)"/,
    ...{ file: 'package.json', image: 'node' },
  },
];

function wrongVersion(output: string): Trouble | undefined {
  for (const { says, file, image } of VERSIONS) {
    const wanted = says.exec(output)?.[1]?.trim();
    if (wanted === undefined) continue;
    return {
      why: `${file} asks for ${image} ${wanted}, and the base image has another version.`,
      cure: `Name one that fits in dev.yaml (image: ${image}@VERSION), or change what ${file} asks for`,
    };
  }
  return undefined;
}

/** What package managers of every language say of a registry, or of themselves, and what of it is so. */
const KNOWN: readonly (Trouble & { readonly says: RegExp })[] = [
  {
    says: /SELF_SIGNED_CERT|unable to get (?:local )?issuer|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|certificate[ _]verify[ _]failed|x509:|PKIX path building failed/i,
    why: 'A certificate is not trusted: the network passes a proxy with its own authority.',
    cure: 'Name its certificate in dev.settings.yaml: certificates.company_ca',
  },
  {
    says: /\bENOTFOUND\b|\bEAI_AGAIN\b|getaddrinfo|Temporary failure in name resolution|Name or service not known|no such host|UnknownHostException/i,
    why: 'The name of its registry is not known there.',
    cure: 'Look at the network, the proxy (HTTPS_PROXY) and its name (NPM_CONFIG_REGISTRY, PIP_INDEX_URL, GOPROXY); and try again',
  },
  {
    says: /\bE401\b|\bE403\b|\bENEEDAUTH\b|401 Unauthorized|403 Forbidden|YN0041|ERR_PNPM_FETCH_40[13]/,
    why: 'Its registry wants a login, or does not let this one in.',
    cure: 'Give it one: a token in a variable that .npmrc names, PIP_INDEX_URL, or GOPROXY with .netrc; and try again',
  },
  {
    says: /\bETIMEDOUT\b|\bECONNREFUSED\b|\bECONNRESET\b|ERR_SOCKET_TIMEOUT|Read timed out|i\/o timeout|connection refused/i,
    why: 'Its registry does not answer.',
    cure: 'Look at the network and the proxy (HTTPS_PROXY), or name a mirror (NPM_CONFIG_REGISTRY, PIP_INDEX_URL, GOPROXY); and try again',
  },
  {
    says: /npm (?:error|ERR!) code 127\b|ELIFECYCLE\s+Command failed with exit code 127\b|\berror Command failed with exit code 127\b/,
    why: 'A script of package.json that installs run (prepare, postinstall) calls a program that is not there; production has no devDependencies.',
    cure: 'Let it end well without (PROGRAM || true), or say in dev.yaml how production is installed: install: { run: npm ci, production: npm ci --omit=dev --ignore-scripts }',
  },
  {
    // Said in place of an install by `withOwnWay`; by Yarn itself where dev.yaml has it installed.
    says: /Yarn Plug'n'Play: no node_modules|YN0001.*EBUSY.*rmdir '[^']*node_modules'/,
    why: "Yarn is set to Plug'n'Play, which keeps packages where neither other containers nor your editor have them.",
    cure: 'Write nodeLinker: node-modules into .yarnrc.yml, run yarn install there, and commit both; or say in dev.yaml how it is done: install:',
  },
  {
    says: /Refusing to run pnpm@\S+ its npm registry signature could not be verified/,
    why: 'package.json names a pnpm whose signature its registry does not pass on, as mirrors often do not; pnpm then runs no other version than the base image’s.',
    cure: 'Write manage-package-manager-versions=false into .npmrc, and that one is used; or name a registry with signatures (NPM_CONFIG_REGISTRY)',
  },
  {
    // npm says no more where all of its fetches failed; its log in the cache does.
    says: /Exit handler never called/,
    why: 'npm ended without a reason, as it does where no package can be fetched: a registry that does not answer, or whose certificate nobody trusts.',
    cure: 'Look at the network and the proxy (HTTPS_PROXY); a company’s certificate: certificates.company_ca in dev.settings.yaml',
  },
];

/** Why an install ended, as far as what it printed tells, and what mends it. */
export function installTrouble(output: string): Trouble | undefined {
  const mismatch = lockfileMismatch(output);
  if (mismatch !== undefined) return mismatch;
  const version = wrongVersion(output);
  if (version !== undefined) return version;
  const found = KNOWN.find(({ says }) => says.test(output));
  return found && { why: found.why, cure: found.cure };
}
