import type { Live } from '../ports/live.ts';
import { createCheckLogs } from './check-logs.ts';
import { openEventLog } from './event-log.ts';
import { createFileLooks } from './file-looks.ts';
import { startDetached } from './session-process.ts';
import { hostSockets } from './session-socket.ts';

export const hostLive: Live = {
  watcher: async () => (await import('./watcher.ts')).createWatcher(),
  looks: createFileLooks(),
  sockets: hostSockets,
  checkLogs: (directory, onTrouble) => createCheckLogs(directory, onTrouble),
  eventLog: (path, onTrouble) => openEventLog(path, onTrouble),
  startDetached,
};
