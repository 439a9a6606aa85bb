import type { ImageInfo, ImageInspectInfo } from 'dockerode';
import type {
  HealthTimes,
  ImageConfig,
  ImageDetail,
  ImageSummary,
} from '../../ports/engine-resources.ts';

/** Podman writes out the registry that Docker leaves away: Docker's own, and none at all. */
export function familiar(reference: string): string {
  return reference.replace(/^(?:docker\.io\/(?:library\/)?|localhost\/)(?!sha256:)/, '');
}

/** What the list endpoint says of images, in the product's words. */
type ListedImage = Pick<
  ImageInfo,
  'Id' | 'RepoTags' | 'RepoDigests' | 'Labels' | 'Size' | 'Created'
>;

export function toImages(images: readonly ListedImage[]): readonly ImageSummary[] {
  return images.map((image) => ({
    id: image.Id,
    tags: (image.RepoTags ?? []).map(familiar),
    digests: (image.RepoDigests ?? []).map(familiar),
    // The engine answers images without labels with null.
    labels: (image.Labels as Record<string, string> | null) ?? {},
    sizeBytes: image.Size,
    createdAtMs: image.Created * 1000,
  }));
}

/** What the inspect endpoint says of an image, in the product's words. */
export function toImageDetail(info: ImageInspectInfo): ImageDetail {
  // The client's types leave it out.
  const { Metadata: metadata } = info as { Metadata?: { LastTagTime?: string } };
  const taggedAtMs = Date.parse(metadata?.LastTagTime ?? '');
  return {
    id: info.Id,
    platform: [info.Os, info.Architecture, info.Variant].filter(Boolean).join('/'),
    // The engine answers the year 1 where it does not know.
    taggedAtMs: Number.isNaN(taggedAtMs) ? 0 : Math.max(0, taggedAtMs),
    layers: info.RootFS.Layers ?? [],
    gives: toImageConfig(info.Config),
  };
}

/** The client's types do not know that what is not set may be null. */
export interface RawImageConfig {
  readonly Env?: readonly string[] | null;
  readonly Entrypoint?: string | readonly string[] | null | undefined;
  readonly Cmd?: readonly string[] | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Healthcheck?: RawHealthcheck | undefined;
}

/** Times are in nanoseconds; none, and 0, are the engine's own. */
interface RawHealthcheck {
  readonly Test?: readonly string[] | null | undefined;
  readonly Interval?: number | undefined;
  readonly Timeout?: number | undefined;
  readonly StartPeriod?: number | undefined;
  readonly StartInterval?: number | undefined;
}

const durationText = (ns: number): string =>
  ns % 1e9 === 0 ? `${String(ns / 1e9)}s` : `${String(ns / 1e6)}ms`;

function toHealthTimes(raw: RawHealthcheck = {}): HealthTimes {
  const { Interval, Timeout, StartPeriod, StartInterval } = raw;
  const times = {
    ...{ interval: Interval, timeout: Timeout },
    ...{ start_period: StartPeriod, start_interval: StartInterval },
  };
  return Object.fromEntries(
    Object.entries(times).flatMap(([name, ns = 0]) => (ns === 0 ? [] : [[name, durationText(ns)]])),
  );
}

function toImageConfig(config: RawImageConfig): ImageConfig {
  const { Env: environment, Entrypoint: entrypoint, Cmd: command } = config;
  const test = config.Healthcheck?.Test ?? [];
  return {
    environment: environment ?? [],
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    volumes: Object.keys(config.Volumes ?? {}),
    user: config.User ?? '',
    workingDirectory: config.WorkingDir ?? '',
    entrypoint: [entrypoint ?? []].flat(),
    command: command ?? [],
    healthTest: test[0] === 'NONE' ? [] : test,
    healthTimes: toHealthTimes(config.Healthcheck),
  };
}
