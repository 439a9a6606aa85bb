import { shellQuoted } from '../util/shell-words.ts';
import type { Privilege } from './facts.ts';

/** One program to run while mending a machine. */
export interface RemedyStep {
  /** For progress: `install docker.io, docker-compose`. */
  readonly label: string;
  readonly argv: readonly string[];
  readonly asRoot: boolean;
  /** Given to the program's standard input. */
  readonly input?: string;
  /** Variables (names) of this account's environment that root's must keep. */
  readonly keepVariables?: readonly string[];
  /** Variables that are set for it; never on a command line, as an address may hold a password. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Small and quick: shows no progress of its own. */
  readonly quiet?: boolean;
  /** Waits while another program holds apt's locks. */
  readonly usesApt?: boolean;
}

/** Where the engine's output goes when there is no systemd to keep it. */
export const ENGINE_LOG = '/var/log/dockerd.log';

/** The engine writes it itself. */
export const ENGINE_PID_FILE = '/var/run/docker.pid';

/** A step that writes a small file as root. */
export function writeFileStep(label: string, path: string, text: string): RemedyStep {
  return { label, argv: ['tee', path], asRoot: true, input: text, quiet: true };
}

/** The argument array that really runs: with `sudo` in front where the step needs it. */
export function stepArgv(step: RemedyStep, privilege: Privilege): readonly string[] {
  if (!step.asRoot || privilege === 'root') return step.argv;
  const keep = [...(step.keepVariables ?? []), ...Object.keys(step.environment ?? {})];
  return [
    'sudo',
    // A password was asked for before, on the terminal; here nothing may wait for one.
    '-n',
    ...(keep.length > 0 ? [`--preserve-env=${keep.join(',')}`] : []),
    '--',
    ...step.argv,
  ];
}

/** The step as a person would type it. Lines: a file's contents follow as a here-document. */
export function remedyStepText(step: RemedyStep, privilege: Privilege): readonly string[] {
  const words = step.argv.map(shellQuoted);
  if (step.asRoot && privilege !== 'root') words.unshift('sudo');
  if (step.input === undefined) return [words.join(' ')];
  return [`${words.join(' ')} <<'END'`, ...step.input.trimEnd().split('\n'), 'END'];
}
