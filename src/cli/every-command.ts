import type { Command } from 'commander';
import { declareCatalogue } from './catalogue.ts';
import { declareCerts } from './certs.ts';
import { declareCheck } from './check.ts';
import { declareCi } from './ci.ts';
import { declareClean } from './clean.ts';
import { declareCompletion } from './completion.ts';
import { declareConfig } from './config.ts';
import { declareDash } from './dash.ts';
import { declareData } from './data.ts';
import { declareDebug } from './debug.ts';
import { declareDoctor } from './doctor.ts';
import { declareDown } from './down.ts';
import { declareInit } from './init.ts';
import { declareEditor } from './editor.ts';
import { declareImages } from './images.ts';
import { declareList } from './list.ts';
import { declareLogs } from './logs.ts';
import { declareLsp } from './lsp.ts';
import { declareParity } from './parity.ts';
import { declareProbe } from './probe.ts';
import { declareRun } from './run-command.ts';
import { declarePromote, declareRelease } from './release.ts';
import { declareReport } from './report.ts';
import { declareShell } from './shell.ts';
import { declareSession } from './session.ts';
import { declareSettings } from './settings.ts';
import { declareStatus } from './status.ts';
import { declareTrust } from './trust.ts';
import { declareUp } from './up.ts';
import { declareTools } from './tools.ts';
import { declareUpgrade } from './upgrade.ts';
import { declareUrls } from './urls.ts';
import { declareVersion } from './version.ts';
import { declareWatch } from './watch.ts';
import type { RunUseCase } from './run.ts';

/** One file a command; each declares itself here. Its use case loads when it is called. */
export const COMMANDS: readonly ((program: Command, run: RunUseCase) => void)[] = [
  declareInit,
  declareUp,
  declareDown,
  declareStatus,
  declareList,
  declareUrls,
  declareLogs,
  declareDash,
  declareShell,
  declareConfig,
  declareClean,
  declareData,
  declareSettings,
  declareDoctor,
  declareImages,
  declareCatalogue,
  declareTools,
  declareRun,
  declareDebug,
  declareLsp,
  declareEditor,
  declareProbe,
  declareCheck,
  declareWatch,
  declareCi,
  declareRelease,
  declarePromote,
  declareReport,
  declareParity,
  declareVersion,
  declareTrust,
  declareCerts,
  declareUpgrade,
  declareCompletion,
  declareSession,
];
