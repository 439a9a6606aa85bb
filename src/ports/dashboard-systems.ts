import type { CreateEmulator } from './emulator.ts';
import type { FollowUsage } from './engine-stats.ts';
import type { OpenPty } from './pty.ts';
import type { Timers } from './timers.ts';

/** What only the process that holds the dashboard's panes needs; slow to load. */
export interface DashboardSystems {
  readonly openPty: OpenPty;
  readonly createEmulator: CreateEmulator;
  readonly timers: Timers;
  /** Loads the engine's client with its first use. */
  followUsage(): Promise<FollowUsage>;
}
