/** Where tools of an image keep what they download, and which ones they are: a base image has its own. */
const OF_IMAGE = new Set([
  ...['PATH', 'HOME', 'GOPATH', 'GOROOT', 'GOBIN', 'GOCACHE', 'GOMODCACHE', 'GOTOOLCHAIN'],
  ...['CARGO_HOME', 'RUSTUP_HOME', 'JAVA_HOME', 'MAVEN_HOME', 'MAVEN_CONFIG', 'GRADLE_HOME'],
  ...['GRADLE_USER_HOME', 'PNPM_HOME', 'COREPACK_HOME', 'YARN_CACHE_FOLDER', 'NPM_CONFIG_CACHE'],
  ...[
    'PIP_CACHE_DIR',
    'PIPX_HOME',
    'POETRY_HOME',
    'POETRY_CACHE_DIR',
    'VIRTUAL_ENV',
    'UV_CACHE_DIR',
  ],
  ...['UV_PROJECT_ENVIRONMENT', 'UV_LINK_MODE', 'POETRY_VIRTUALENVS_CREATE', 'PYTHONHOME'],
]);

/** Whether a variable says where the tools of an image are: nothing that the code is told. */
export function isOfImage(name: string): boolean {
  return OF_IMAGE.has(name.toUpperCase());
}
