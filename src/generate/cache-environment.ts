import type { BaseImage } from '../model/image.ts';
import { CACHE_PATH } from './module-install.ts';

/** Where package managers and compilers keep what they fetched and made: as our base images say it. */
const CACHE_ENVIRONMENT: Readonly<Record<string, string>> = {
  NPM_CONFIG_CACHE: `${CACHE_PATH}/npm`,
  NPM_CONFIG_STORE_DIR: `${CACHE_PATH}/pnpm`,
  YARN_CACHE_FOLDER: `${CACHE_PATH}/yarn`,
  COREPACK_HOME: `${CACHE_PATH}/corepack`,
  COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  GOCACHE: `${CACHE_PATH}/go-build`,
  GOMODCACHE: `${CACHE_PATH}/go-mod`,
  MAVEN_ARGS: `-Dmaven.repo.local=${CACHE_PATH}/maven`,
  GRADLE_USER_HOME: `${CACHE_PATH}/gradle`,
  CARGO_HOME: `${CACHE_PATH}/cargo`,
  PIP_CACHE_DIR: `${CACHE_PATH}/pip`,
  UV_CACHE_DIR: `${CACHE_PATH}/uv`,
  POETRY_CACHE_DIR: `${CACHE_PATH}/poetry`,
  POETRY_VIRTUALENVS_IN_PROJECT: 'true',
};

/**
 * Variables that containers of an image are told of, by its name: none where the hierarchy's own
 * Dockerfiles say it. A module's own knows nothing of caches; what it sets itself stays.
 */
export function cacheEnvironment(
  image: string,
  images: ReadonlyMap<string, Pick<BaseImage, 'own' | 'parent'>>,
): Readonly<Record<string, string>> {
  const found = images.get(image);
  if (found?.own === undefined || found.parent !== undefined) return {};
  const { sets } = found.own;
  return Object.fromEntries(
    Object.entries(CACHE_ENVIRONMENT).filter(([name]) => !sets.includes(name)),
  );
}
