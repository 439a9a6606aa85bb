import type { NearWorld } from '../ports/near-world.ts';
import { hostClock } from './clock.ts';
import { hostEngineChoice } from './engine/host-choice.ts';
import { engineQuestions } from './engine/questions.ts';
import { hostFiles } from './files.ts';
import { readHost } from './host.ts';
import { localSockets } from './local-sockets.ts';
import { hostTerminal } from './terminal.ts';

/** The real one. */
export function createNearWorld(toolDirectory: string, toolVersion: string): NearWorld {
  const host = readHost(toolDirectory, toolVersion);
  return {
    host,
    engineChoice: hostEngineChoice(host.environment, host.home),
    questions: engineQuestions,
    files: hostFiles,
    clock: hostClock,
    terminal: hostTerminal(),
    ports: {
      isFree: async (...port) => (await import('./port-probe.ts')).hostPorts.isFree(...port),
    },
    live: () => Promise.resolve({ sockets: localSockets }),
  };
}
