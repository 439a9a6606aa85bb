import { InvalidArgumentError, type Command } from 'commander';
import type { LogsRequest, OnLine } from '../app/logs.ts';
import type { Onward } from '../app/logs/follow-on.ts';
import type { SourcePositions } from '../app/logs/source-positions.ts';
import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import { clockTime } from '../util/clock-time.ts';
import { parseDuration } from '../util/duration.ts';
import { jsonText } from '../util/json-text.ts';
import { ok } from '../util/result.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { commandsInContext } from '../views/commands-in-context.ts';
import { printFailures } from './outcome.ts';
import type { RunUseCase } from './run.ts';

interface LogsOptions {
  readonly follow: boolean;
  readonly raw: boolean;
  readonly since?: (nowMs: number) => number;
  readonly tail?: number;
  readonly grep?: RegExp;
  readonly around?: string;
  readonly window?: number;
}

const DEFAULT_TAIL = 200;
const DEFAULT_WINDOW_MS = 2_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `10m`, `2h`, a time of the day, or one that Date.parse knows → that moment, in epoch milliseconds. */
function parseSince(text: string): (nowMs: number) => number {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return (nowMs) => nowMs - Number(amount) * (UNIT_MS[unit] ?? 0);
  if (clockTime(text, 0) !== undefined) return (nowMs) => clockTime(text, nowMs) ?? nowMs;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give 30s, 10m, 2h, 1d or a time.');
  return () => time;
}

function parseTail(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a number of lines.');
  return Number(text);
}

function parseWindow(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) throw new InvalidArgumentError('Give a duration: 500ms, 2s, 1m.');
  return durationMs;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

interface Chosen {
  readonly containers: readonly ContainerSummary[];
  /** What their lines say of compiled files, in the words of the sources. */
  readonly positions: SourcePositions;
  readonly onward: Onward;
}

async function chosenContainers(
  invocation: Invocation,
  services: readonly string[],
): Promise<Chosen | number> {
  const located = await locate(invocation);
  if (!located.ok) return printFailures(invocation, [located.failure]);
  const engine = await invocation.world.engine();
  const listed = await engine.containers(located.value.instance);
  if (!listed.ok) return printFailures(invocation, [listed.failure]);
  const all = listed.value.filter(({ oneOff }) => !oneOff);
  const { notUp } = await import('../app/project/unknown-service.ts');
  const names = [...new Set(all.map(({ service }) => service))];
  const unknown = services.find((service) => !names.includes(service));
  if (unknown !== undefined) return printFailures(invocation, [notUp(unknown, names)]);
  const isWanted = ({ oneOff, service }: ContainerSummary): boolean =>
    !oneOff && (services.length === 0 || services.includes(service));
  const { SourcePositions } = await import('../app/logs/source-positions.ts');
  const { root } = located.value;
  const positions = new SourcePositions(root, invocation.world.files.confined(root));
  const onward: Onward = {
    list: async () => {
      const now = await engine.containers(located.value.instance);
      return now.ok ? ok(now.value.filter(isWanted)) : now;
    },
    events: (signal) => engine.events(located.value.instance, signal),
  };
  return { containers: all.filter(isWanted), positions, onward };
}

async function linePrinter(
  invocation: Invocation,
  { containers, positions }: Chosen,
  raw: boolean,
): Promise<OnLine> {
  const { logLineText } = await import('../views/log-text.ts');
  const { stdout } = invocation.world.terminal;
  const names = containers.map(({ service }) => service);
  return (line) => {
    if (invocation.globals.json) stdout.write(`${jsonText(line)}\n`);
    else if (raw) stdout.writeRaw(logLineText(line, names, { ...stdout, raw }));
    else stdout.write(logLineText({ ...line, text: positions.inText(line.text) }, names, stdout));
    return stdout.drained();
  };
}

/** What is shown goes on where the terminal has written `^C`; a log that goes on no more says so. */
function tellEnd({ world, signal }: Invocation): void {
  const { stderr } = world.terminal;
  if (!signal.aborted) stderr.write('nothing of it runs any more\n');
  else if (stderr.isTty) stderr.write('\n');
}

/** A log that cannot be read is told; the exit status is 1 where none could be. */
async function tellUnread(
  invocation: Invocation,
  containers: readonly ContainerSummary[],
  failures: readonly Failure[],
): Promise<number> {
  if (failures.length === 0) return 0;
  // With `--json` stdout has one line of a log after the other, and nothing else.
  const globals = { ...invocation.globals, json: false };
  const status = await printFailures({ ...invocation, globals }, failures);
  return failures.length === containers.length ? status : 0;
}

/** All services' lines for one request or one moment; exit status 1 when there are none. */
async function actAround(
  invocation: Invocation,
  chosen: Chosen,
  text: string,
  { window: windowMs = DEFAULT_WINDOW_MS, raw }: LogsOptions,
): Promise<number> {
  const { world } = invocation;
  const { logsAround, nothingAround, parseAround } = await import('../app/logs/around.ts');
  const { containers } = chosen;
  const around = parseAround(text, world.clock.now());
  const found = await logsAround(await world.engine(), { containers, around, windowMs });
  const { lines, failures } = found;
  if (lines.length === 0) {
    return printFailures(invocation, [...failures, nothingAround(around, windowMs)]);
  }
  const print = await linePrinter(invocation, chosen, raw);
  for (const line of lines) await print(line);
  return tellUnread(invocation, containers, failures);
}

/** Lines have the engine's time: "the last five minutes" are its own. */
async function timeOfLogs({ world }: Invocation): Promise<number> {
  const time = await (await world.engine()).time();
  return time.ok ? time.value : world.clock.now();
}

async function act(
  invocation: Invocation,
  services: readonly string[],
  options: LogsOptions,
): Promise<number> {
  const chosen = await chosenContainers(invocation, services);
  if (typeof chosen === 'number') return chosen;
  const { containers, positions, onward } = chosen;
  if (containers.length === 0) {
    const told = 'nothing runs, so nothing is logged (dev up)\n';
    invocation.world.terminal.stderr.write(commandsInContext(told, invocation.globals.context));
    return 0;
  }
  const { followLogs } = await import('../app/logs.ts');
  if (options.around !== undefined) {
    return actAround(invocation, chosen, options.around, options);
  }
  const print = await linePrinter(invocation, chosen, options.raw);
  const tail = options.tail ?? (options.since === undefined ? DEFAULT_TAIL : undefined);
  const engine = await invocation.world.engine();
  const request: LogsRequest = {
    containers,
    follow: options.follow,
    tail,
    sinceMs: options.since?.(await timeOfLogs(invocation)),
    grep: options.grep,
    onward,
    inSources: (text) => positions.inText(text),
  };
  const { clock } = invocation.world;
  let printed = 0;
  const onLine: OnLine = (line) => {
    printed += 1;
    return print(line);
  };
  const unread = await followLogs({ engine, clock }, request, onLine, invocation.signal);
  if (options.follow) tellEnd(invocation);
  else if (printed === 0 && options.grep !== undefined) {
    const where = tail === undefined ? '' : ` of the last ${String(tail)} of each service`;
    const more = tail === undefined ? '' : '; --tail and --since look further back';
    invocation.world.terminal.stderr.write(`no line${where} matches${more}\n`);
  }
  return tellUnread(invocation, containers, unread);
}

export function declareLogs(program: Command, run: RunUseCase): void {
  program
    .command('logs')
    .description('what the services say, in the order of time')
    .argument('[service...]', 'only these services')
    .option('-f, --follow', 'go on with new lines, over restarts too', false)
    .option('--raw', 'lines as they came; on a terminal still no more than text', false)
    .option('--since <time>', 'from 10m, 2h, 1d ago, or from a time on', parseSince)
    .option(
      '--tail <lines>',
      `the last lines of each service (default: ${String(DEFAULT_TAIL)})`,
      parseTail,
    )
    .option('--grep <pattern>', 'only lines that match a regular expression', parsePattern)
    .option('--around <id|time>', 'the lines of one request id, or of one moment: 14:02:33')
    .option(
      '--window <duration>',
      'how long before and after the moment (default: 2s)',
      parseWindow,
    )
    .action((services: string[], options: LogsOptions, command: Command) =>
      run(command, (invocation) => act(invocation, services, options)),
    );
}
