/** In place of src/cli/every-command.ts, in the program for what src/start.ts names. */
import type { COMMANDS as EVERY } from './every-command.ts';
import { declareLogs } from './logs.ts';
import { declareProbe } from './probe.ts';
import { declareShell } from './shell.ts';
import { declareStatus } from './status.ts';
import { declareUrls } from './urls.ts';

export const COMMANDS: typeof EVERY = [
  declareStatus,
  declareUrls,
  declareLogs,
  declareShell,
  declareProbe,
];
