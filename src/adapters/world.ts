import type { World } from '../ports/world.ts';
import { hostClock } from './clock.ts';
import { hostEngineChoice } from './engine/host-choice.ts';
import { hostFiles } from './files.ts';
import { readHost } from './host.ts';
import { hostProcesses } from './processes.ts';
import { hostTerminal } from './terminal.ts';

/** The real outside world. Clients that are slow to load come with their first use. */
export function createWorld(toolDirectory: string, toolVersion: string): World {
  const host = readHost(toolDirectory, toolVersion);
  const terminal = hostTerminal();
  const choice = hostEngineChoice(host.environment, host.home);
  const engine = async () => (await import('./engine/engine.ts')).dockerEngine(choice);
  return {
    host,
    engineChoice: () => choice,
    files: hostFiles,
    processes: hostProcesses,
    clock: hostClock,
    // Loads with the first lock: `dev status` never needs it.
    locks: {
      acquire: async (...a) => (await import('./locks.ts')).hostLocks.acquire(...a),
      isHeld: async (...a) => (await import('./locks.ts')).hostLocks.isHeld(...a),
    },
    terminal,
    ports: {
      isFree: async (...a) => (await import('./port-probe.ts')).hostPorts.isFree(...a),
      owner: async (...a) => (await import('./port-probe.ts')).hostPorts.owner(...a),
      reserver: async (...a) => (await import('./port-probe.ts')).hostPorts.reserver(...a),
    },
    publicRoots: async () => (await import('./public-roots.ts')).publicRoots(),
    engine,
    compose: async () => (await import('./compose-cli.ts')).composeCli(await engine()),
    sender: async () => (await import('./probe/send.ts')).sendFromHere,
    dataFiles: async () => (await import('./data-files.ts')).hostDataFiles,
    live: async () => (await import('./live.ts')).hostLive,
    artifacts: async (folder) => {
      const [{ openArtifactStore }, { hostLocks }] = await Promise.all([
        import('./store/artifact-store.ts'),
        import('./locks.ts'),
      ]);
      return openArtifactStore(folder, { files: hostFiles, locks: hostLocks });
    },
    registry: async (name) => {
      const { openRegistry } = await import('./registry/registry.ts');
      const { environment } = host;
      return openRegistry(name, {
        ...{ files: hostFiles, processes: hostProcesses, environment },
        sleep: (ms) => hostClock.sleep(ms),
      });
    },
    console: async () => (await import('./raw-terminal.ts')).hostConsole,
    display: async (kind) =>
      (await import('./progress-display.ts')).progressDisplay(kind, terminal.stderr),
    dashboard: async () => (await import('./dashboard-systems.ts')).dashboardSystems,
    loopback: async () => (await import('./loopback.ts')).hostLoopback,
    pageServer: async () => (await import('./page-server.ts')).hostPageServer,
    toolsAgent: async () => (await import('./tools-client.ts')).toolsAgent,
  };
}
