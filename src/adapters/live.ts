import type { Live } from '../ports/live.ts';
import { startBackground } from './background.ts';
import { createCheckLogs } from './check-logs.ts';
import { openEventLog } from './event-log.ts';
import { createFileLooks } from './file-looks.ts';
import { localSockets } from './local-sockets.ts';

/** Which engine is spoken to was chosen as the process began, by its API and by commands alike. */
const OF_THE_ENGINE = /^DOCKER_/;

function adoptEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (OF_THE_ENGINE.test(name) || name in variables) continue;
    Reflect.deleteProperty(process.env, name);
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!OF_THE_ENGINE.test(name)) process.env[name] = value;
  }
}

export const hostLive: Live = {
  watcher: async () => (await import('./watcher.ts')).createWatcher(),
  looks: createFileLooks(),
  sockets: localSockets,
  checkLogs: (directory, onTrouble) => createCheckLogs(directory, onTrouble),
  eventLog: (path, onTrouble) => openEventLog(path, onTrouble),
  startBackground,
  adoptEnvironment,
};
