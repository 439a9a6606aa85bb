import type { Hierarchy } from '../images/hierarchy.ts';
import { imageFamily } from '../model/image-version.ts';
import type { Places } from '../model/places.ts';

/** Where containers find the certificate authorities to trust. */
export const TRUST_TARGETS = {
  /** PEM; the environment of every module names it. */
  bundle: '/etc/onestack/ca-bundle.crt',
  /** What Debian's Java reads without being told. */
  java: '/etc/ssl/certs/java/cacerts',
} as const;

/** The base image under which Java is. */
const JAVA = 'java';

/** The certificate authorities of a project, as files of the host. */
export interface Trust {
  readonly places: Pick<Places, 'bundle' | 'javaTrustStore'>;
  /** Names of the base images that have Java. */
  readonly javaImages: ReadonlySet<string>;
}

export function trustOf(places: Trust['places'], hierarchy: Hierarchy): Trust {
  const javaImages = new Set<string>([JAVA]);
  // Each image comes after those that it is built from.
  for (const { name, parent } of hierarchy.values()) {
    const isJava = imageFamily(name) === JAVA;
    if (isJava || (parent !== undefined && javaImages.has(parent))) javaImages.add(name);
  }
  return { places, javaImages };
}

/** What a container of a base image mounts read-only, so that all its programs trust the same. */
export function trustMounts(
  image: string,
  { places, javaImages }: Trust,
): readonly { readonly source: string; readonly target: string }[] {
  const { bundle, javaTrustStore } = places;
  return [
    { source: bundle, target: TRUST_TARGETS.bundle },
    ...(javaImages.has(image) ? [{ source: javaTrustStore, target: TRUST_TARGETS.java }] : []),
  ];
}
