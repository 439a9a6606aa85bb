import { sha256 } from '../util/sha256.ts';
import type { LockedPackage } from './locked-package.ts';
import type { Release, ReleasedImage } from './release.ts';

/** A package of the base image's system. */
export interface SystemPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Packages as `dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n'` writes them. */
export function systemPackages(text: string): readonly SystemPackage[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', version = '', architecture = ''] = line.split('\t');
    return name === '' || version === '' ? [] : [{ name, version, architecture }];
  });
}

const encoded = (name: string): string =>
  name
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');

function lockedUrl({ type, name, version }: LockedPackage): string {
  const path = type === 'maven' ? name.replace(':', '/') : name;
  return `pkg:${type}/${encoded(path)}@${encodeURIComponent(version)}`;
}

function lockedComponent(one: LockedPackage) {
  const { name, version, licence } = one;
  return {
    ...{ type: 'library', 'bom-ref': lockedUrl(one), name, version, purl: lockedUrl(one) },
    ...(licence !== undefined && { licenses: [{ expression: licence }] }),
  };
}

function systemComponent({ name, version, architecture }: SystemPackage) {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/** A UUID that the same contents always have. */
function uuidOf(text: string): string {
  const hex = sha256(text);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

export interface SbomRequest {
  /** `shop/api`. */
  readonly name: string;
  readonly version: string;
  readonly imageId: string;
  /** RFC 3339 time of the commit: the same inputs give the same text. */
  readonly at: string;
  readonly system: readonly SystemPackage[];
  /** Those of development are left out: they are not in the image. */
  readonly locked: readonly LockedPackage[];
}

/** What is in an image, as CycloneDX 1.5. Pure. */
export function sbomText({ name, version, imageId, at, system, locked }: SbomRequest): string {
  const isShipped = (one: LockedPackage): boolean => !one.development && one.version !== '';
  const all = [...system.map(systemComponent), ...locked.filter(isShipped).map(lockedComponent)];
  const components = [...new Map(all.map((one) => [one.purl, one])).values()].sort((a, b) =>
    a.purl < b.purl ? -1 : 1,
  );
  const document = {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 },
    serialNumber: `urn:uuid:${uuidOf(`${imageId} ${version}`)}`,
    metadata: {
      timestamp: at,
      component: { type: 'container', 'bom-ref': imageId, name, version },
    },
    components,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

const BUILD_TYPE = 'https://onestack.dev/pipeline/v1';

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '');

/** Where an image comes from: an in-toto statement with a SLSA v1 predicate. Pure. */
export function provenanceText(
  name: string,
  { id, digest, base, artifacts, key }: ReleasedImage,
  {
    commit,
    project,
    version,
    committedAt,
  }: Pick<Release, 'commit' | 'project' | 'version' | 'committedAt'>,
): string {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${project}/${name}`, digest: { sha256: hexOf(digest ?? id) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { project, module: name, version },
        internalParameters: { key },
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: commit } },
          { name: base.reference, digest: { sha256: hexOf(base.id) } },
          ...artifacts.map((one) => ({
            name: `${one.kind} ${one.name}`,
            digest: { sha256: hexOf(one.digest) },
          })),
        ],
      },
      runDetails: { builder: { id: BUILD_TYPE }, metadata: { startedOn: committedAt } },
    },
  };
  return `${JSON.stringify(statement, null, 1)}\n`;
}
