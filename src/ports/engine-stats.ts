/** What a container uses, measured over about a second. */
export interface ContainerUsage {
  /** Percent of one core; 200 is two cores. */
  readonly cpuPercent: number;
  /** Without the file cache that the kernel can take back. */
  readonly memoryBytes: number;
}

/** Usage of one container, a value a second, until the signal is aborted or it ends. */
export type FollowUsage = (
  containerId: string,
  signal: AbortSignal,
) => AsyncIterable<ContainerUsage>;
