/** Known forms of credentials, which are nothing else. Those of web pages (Google's `AIza…`) are meant to be read. */
const TOKENS = [
  ...['A(?:KIA|SIA)[0-9A-Z]{16}', 'gh[pousr]_[0-9A-Za-z]{36}', 'github_pat_\\w{82}'],
  ...['glpat-[\\w.-]{20,}', 'npm_[0-9A-Za-z]{36}', 'pypi-AgEIcHlwaS5vcmc[\\w-]{50,}'],
  ...['dckr_pat_[\\w-]{27}', 'xox[abeprs]-\\d{6,}-[\\w-]{10,}', 'xapp-1-[\\w-]{20,}'],
  ...['[sr]k_live_[0-9A-Za-z]{24,}', 'SG\\.[\\w-]{22}\\.[\\w-]{43}', 'hvs\\.[\\w-]{24,}'],
  ...[
    'sk-ant-api\\d\\d-[\\w-]{80,}',
    'sk-proj-[\\w-]{40,}',
    'hf_[A-Za-z]{34}',
    'dop_v1_[0-9a-f]{64}',
  ],
];
const TOKEN = new RegExp(`(?<![\\w-])(?:${TOKENS.join('|')})(?![\\w-])`);

/** Whether a text holds a token. */
export const holdsToken = (text: string): boolean => TOKEN.test(text);

/** A key and not the word alone, as in a program that looks for one. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\\nr"'+]*(?:Proc-Type: |Version: |Comment: |[A-Za-z0-9+/=]{32})/;

/** Whether a text holds a private key, a passphrase before it or not. */
export const holdsPrivateKey = (text: string): boolean =>
  text.includes('PRIVATE KEY') && PRIVATE_KEY.test(text);

/** What a password or a token beside its name looks like, where those who install keep logins. */
const LOGIN =
  /_auth(?:Token)?\s*=\s*(?!\$\{)\S|_password\s*=\s*(?!\$\{)\S|npmAuthToken|\bpassword\b|:\/\/[^\s/:@]+:[^\s/@]+@/;
const INSTALLERS = /(?:^|\/)(?:\.npmrc|\.netrc|\.pypirc|\.git-credentials|\.pgpass|\.yarnrc\.yml)$/;

/** Other files in which programs keep logins, and what is one in them. */
const OTHERS: readonly (readonly [path: RegExp, holds: RegExp])[] = [
  [
    /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|credentials\.tfrc\.json)$/,
    /"(?:auth|identitytoken|password|token)"\s*:\s*"[^"]/,
  ],
  // Texts of pages about logins are called so, too.
  [
    /(?:^|\/)auth\.json$/,
    /"(?:http-basic|bearer|(?:github|gitlab|bitbucket)-(?:oauth|token))"\s*:\s*\{\s*"/,
  ],
  [
    /(?:^|\/)(?:\.aws\/credentials|\.cargo\/credentials(?:\.toml)?|\.s3cfg|\.terraformrc)$/,
    /^\s*(?:token|password|aws_secret_access_key|secret_key)\s*[=:]\s*["']?[^\s"'$]/m,
  ],
  [
    /(?:^|\/)(?:\.kube\/config|kubeconfig(?:\.ya?ml)?)$/,
    /^\s*(?:client-key-data|token|password):\s*\S/m,
  ],
];

/** Whether a file holds a login of those who install. */
export function holdsInstallersLogin(path: string, text: () => string): boolean {
  return INSTALLERS.test(path) && LOGIN.test(text());
}

/** Whether a file is one in which another program keeps a login. */
export function holdsLogin(path: string, text: () => string): boolean {
  return OTHERS.some(([file, holds]) => file.test(path) && holds.test(text()));
}
