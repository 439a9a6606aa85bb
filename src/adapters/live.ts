import type { Live } from '../ports/live.ts';
import { startBackground } from './background.ts';
import { createCheckLogs } from './check-logs.ts';
import { openEventLog } from './event-log.ts';
import { createFileLooks } from './file-looks.ts';
import { localSockets } from './local-sockets.ts';

export const hostLive: Live = {
  watcher: async () => (await import('./watcher.ts')).createWatcher(),
  looks: createFileLooks(),
  sockets: localSockets,
  checkLogs: (directory, onTrouble) => createCheckLogs(directory, onTrouble),
  eventLog: (path, onTrouble) => openEventLog(path, onTrouble),
  startBackground,
  adoptEnvironment: (variables) => {
    for (const name of Object.keys(process.env)) {
      // The only way in which a variable is taken from it.
      if (!(name in variables)) Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, variables);
  },
};
