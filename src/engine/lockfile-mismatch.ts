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

/** Whether an install ended for that, by what it printed; why, and what mends it. */
export function lockfileMismatch(
  output: string,
): { readonly why: string; readonly cure: string } | undefined {
  const found = MISMATCHES.find(({ says }) => says.test(output));
  if (found === undefined) return undefined;
  const { lockfile, manifest, cure } = found;
  return {
    why: `${lockfile} does not match ${manifest}.`,
    cure: `Run ${cure} there, and commit ${lockfile}`,
  };
}
