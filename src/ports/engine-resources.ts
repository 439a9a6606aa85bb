export interface VolumeSummary {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A volume as the engine has it. */
export interface VolumeDetail extends VolumeSummary {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
}

/** A network as the engine has it. */
export interface NetworkDetail extends VolumeSummary {
  readonly id: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv6: boolean;
  /** In CIDR form. The engine chooses one where the definition does not. */
  readonly subnets: readonly string[];
}

export interface ImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  /** `NAME@sha256:…` of each registry that it came from. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
}

/** One image, looked at closely. */
export interface ImageDetail {
  readonly id: string;
  /** `linux/arm64/v8`. */
  readonly platform: string;
  /** When it was pulled, built or tagged here, epoch milliseconds; 0 where the engine does not say. */
  readonly taggedAtMs: number;
  /** Digests of its layers, the lowest first. */
  readonly layers: readonly string[];
  readonly gives: ImageConfig;
}

/** What an image gives to its containers, where nobody says otherwise. */
export interface ImageConfig {
  /** `NAME=value` */
  readonly environment: readonly string[];
  /** `3000/tcp` */
  readonly exposedPorts: readonly string[];
  /** Folders that each container has a volume of its own for. */
  readonly volumes: readonly string[];
  /** Empty: root. */
  readonly user: string;
  /** Empty: `/`. */
  readonly workingDirectory: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `CMD`, `CMD-SHELL` and what it runs; empty without a health check. */
  readonly healthTest: readonly string[];
  /** Of its health check, in Compose's words: what the image leaves to the engine is not among them. */
  readonly healthTimes: HealthTimes;
}

/** When a health check is asked: `interval: 30s`. */
export type HealthTimes = Readonly<
  Partial<Record<'interval' | 'timeout' | 'start_period' | 'start_interval', string>>
>;

/** What lies on the engine's disk. */
export interface DiskUsage {
  /** Container id → bytes of its writable layer, and of its image. */
  readonly containers: ReadonlyMap<
    string,
    { readonly writtenBytes: number; readonly imageBytes: number }
  >;
  /** Volume name → bytes. */
  readonly volumes: ReadonlyMap<string, number>;
}
