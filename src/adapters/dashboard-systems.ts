import type { DashboardSystems } from '../ports/dashboard-systems.ts';
import { openPty } from './pty.ts';
import { createEmulator } from './terminal-emulator.ts';
import { hostTimers } from './timers.ts';

export const dashboardSystems: DashboardSystems = {
  openPty,
  createEmulator,
  timers: hostTimers,
  followUsage: async () => (await import('./engine/stats.ts')).dockerUsage(),
};
