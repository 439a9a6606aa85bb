import type { ImageVersion } from '../model/image-version.ts';
import { CA_SECRET } from './rewrite.ts';

/** Where another version of a language comes from. */
export interface VersionSource {
  /** Another root; undefined: the root that there is, with the distribution's packages on it. */
  readonly root: string | undefined;
  /** Shell commands, run as root before anything else is. */
  readonly commands: readonly string[];
}

interface Recipe {
  /** Packages of the distribution, by version, where it has more than one. */
  readonly packages: Readonly<Record<string, string>>;
  /** The image that the language's makers, or their stewards, publish; of a Debian or an Ubuntu. */
  readonly official: (version: string) => string;
  /** Packages of the base image's Dockerfile in whose place it is. */
  readonly replaces: readonly string[];
  /** What makes an official image look as Debian's packages would have left it. */
  readonly adjust: readonly string[];
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  node: {
    packages: {},
    official: (version) => `node:${version}-slim`,
    replaces: ['nodejs'],
    adjust: [
      'cd /usr/local/bin',
      // The base image brings its own package managers.
      'rm -rf yarn yarnpkg /opt/yarn-v*',
      // Node 25 and later come without it.
      'if [ -e /run/onestack-ca.crt ]; then export NODE_EXTRA_CA_CERTS=/run/onestack-ca.crt; fi',
      'command -v corepack >/dev/null || npm install --global corepack',
      // Newer ones keep what they fetched a folder deeper than Debian's.
      'mkdir -p /opt/corepack && ln -s . /opt/corepack/v1',
      'rm -rf npm npx pnpm pnpx yarn yarnpkg ../lib/node_modules/npm',
    ],
  },
  python: {
    packages: {},
    official: (version) => `python:${version}-slim`,
    replaces: ['python3', 'python3-venv', 'python-is-python3'],
    adjust: [],
  },
  go: {
    packages: {},
    official: (version) => `golang:${version}`,
    replaces: ['golang-go'],
    adjust: ['ln -sf /usr/local/go/bin/* /usr/local/bin/'],
  },
  java: {
    packages: { '25': 'openjdk-25-jdk-headless' },
    official: (version) => `eclipse-temurin:${version}-jdk`,
    replaces: ['default-jdk-headless', 'default-jre-headless'],
    adjust: [
      'ln -sf /opt/java/openjdk/bin/* /usr/local/bin/',
      // Where Debian's Java reads whom to trust, and where a project's bundle is mounted.
      'mkdir -p /etc/ssl/certs/java',
      'mv /opt/java/openjdk/lib/security/cacerts /etc/ssl/certs/java/cacerts',
      'ln -s /etc/ssl/certs/java/cacerts /opt/java/openjdk/lib/security/cacerts',
    ],
  },
};

/** Base images that can be had in versions. */
export const VERSIONED_IMAGES: readonly string[] = Object.keys(RECIPES);

/**
 * Empty packages of the given names: what is there counts as the distribution's, so that the base
 * image's Dockerfile, and packages that want it, install nothing over it.
 */
const standIns = (names: readonly string[]): string =>
  `for name in ${names.join(' ')}; do ` +
  'mkdir -p /tmp/own/DEBIAN && ' +
  `printf 'Package: %s\\nVersion: 9999\\nArchitecture: all\\nMaintainer: dev\\nDescription: comes with the image\\n' "$name" >/tmp/own/DEBIAN/control && ` +
  'dpkg-deb --build /tmp/own /tmp/own.deb && dpkg --install /tmp/own.deb || exit 1; ' +
  'done; rm -rf /tmp/own /tmp/own.deb';

/** Where a version comes from; undefined for an image that has none. */
export function versionSource({ family, version }: ImageVersion): VersionSource | undefined {
  const recipe = RECIPES[family];
  if (recipe === undefined) return undefined;
  const { packages, official, replaces, adjust } = recipe;
  const packaged = packages[version];
  const home =
    packaged === undefined
      ? '/opt/java/openjdk'
      : `"java-${version}-openjdk-$(dpkg --print-architecture)"`;
  const java = `mkdir -p /usr/lib/jvm && ln -sfn ${home} /usr/lib/jvm/default-java`;
  const install =
    packaged === undefined
      ? adjust
      : [
          'apt-get -q update',
          `DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install ${packaged}`,
        ];
  return {
    root: packaged === undefined ? official(version) : undefined,
    commands: ['set -e', ...install, ...(family === 'java' ? [java] : []), standIns(replaces)],
  };
}

/** All of them as one instruction; a company's certificates are there for its time. */
export function versionInstruction(commands: readonly string[]): string {
  const mount = `--mount=type=secret,id=${CA_SECRET},target=/run/onestack-ca.crt,mode=0444`;
  return `RUN ${mount} ${commands.join('; ')}`;
}
