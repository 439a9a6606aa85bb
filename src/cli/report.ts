import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Reported } from '../app/report.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import { runDocument } from '../release/report-data.ts';
import type { RunUseCase } from './run.ts';

interface ReportOptions {
  readonly out?: string;
  readonly open: boolean;
  readonly serve: boolean;
  readonly port: number;
}

/** Several who look at once are answered with the same page. */
const FRESH_MS = 900;
const PRIVATE_FILE = 0o600;

const useCase = () => import('../app/report.ts');
const views = () => import('../views/report/page.ts');

async function openPage(url: string, { world }: Invocation): Promise<void> {
  const { openUrl } = await import('../dash/open-url.ts');
  world.terminal.stderr.write(`${await openUrl(url, world)}\n`);
}

/** What `--json` has: all that the page shows, as data. */
function documentOf({ data }: Reported): object {
  return { ...data, runs: data.runs.map(runDocument) };
}

/** Writes the page, and says where. */
async function write(invocation: Invocation, options: ReportOptions): Promise<number> {
  const { world, globals } = invocation;
  const { report } = await useCase();
  const reported = await report(globals, world);
  if (!reported.ok) return printFailures(invocation, reported.failure);
  const place =
    options.out === undefined
      ? reported.value.place
      : resolve(world.host.workingDirectory, options.out);
  if (options.out !== undefined) {
    const { noFolderFor } = await import('../app/project/named-file.ts');
    const nowhere = noFolderFor(place, world);
    if (nowhere !== undefined) return printFailures(invocation, [nowhere]);
  }
  const document = { page: place, dryRun: globals.dryRun, ...documentOf(reported.value) };
  if (globals.dryRun) {
    printResult(invocation, document, `would write ${place}\n`);
    return 0;
  }
  const { reportPage } = await views();
  const { ensureReportFolder } = await useCase();
  const made = options.out === undefined ? ensureReportFolder(place, world) : undefined;
  if (made?.ok === false) return printFailures(invocation, [made.failure]);
  const text = reportPage(reported.value.data, { live: false });
  const mode = options.out === undefined ? { mode: PRIVATE_FILE } : {};
  const written = world.files.writeAtomic(place, text, mode);
  if (!written.ok) return printFailures(invocation, [written.failure]);
  printResult(invocation, document, `${place}\n`);
  if (options.open) {
    const { pathToFileURL } = await import('node:url');
    await openPage(pathToFileURL(place).href, invocation);
  }
  return 0;
}

/** Serves the page, always as it is now, until somebody ends it. */
async function serve(invocation: Invocation, options: ReportOptions): Promise<number> {
  const { world, globals, signal } = invocation;
  const { report } = await useCase();
  const { reportPage, pageTag, failedPage } = await views();
  const first = await report(globals, world);
  if (!first.ok) return printFailures(invocation, first.failure);
  const render = async () => {
    const now = await report(globals, world);
    const text = now.ok ? reportPage(now.value.data, { live: true }) : failedPage(now.failure);
    return { text, tag: pageTag(text) };
  };
  let last: { readonly atMs: number; readonly page: ReturnType<typeof render> } | undefined;
  const server = await world.pageServer();
  const served = await server.serve(options.port, () => {
    const atMs = world.clock.now();
    if (last === undefined || atMs - last.atMs > FRESH_MS) last = { atMs, page: render() };
    return last.page;
  });
  if (!served.ok) return printFailures(invocation, [served.failure]);
  const { url } = served.value;
  printResult(invocation, { url }, `${url}\n`);
  if (!globals.quiet) world.terminal.stderr.write('always the newest; Ctrl-C ends it\n');
  if (options.open) await openPage(url, invocation);
  await new Promise<void>((ended) => {
    if (signal.aborted) ended();
    signal.addEventListener('abort', () => ended(), { once: true });
  });
  await served.value.close();
  return 0;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number up to 65535.');
}

export function declareReport(program: Command, run: RunUseCase): void {
  program
    .command('report')
    .description('runs, gates, releases and the system, as one page for a browser')
    .option('--out <file>', 'where to write it (default: in your state folder)')
    .option('--open', 'open it in your browser', false)
    .option('--serve', 'serve it on this machine, always as it is now, until Ctrl-C', false)
    .option('--port <port>', 'with --serve: at this port (default: any free one)', portOf, 0)
    .action((options: ReportOptions, command: Command) =>
      run(command, (invocation) =>
        options.serve ? serveOrRefuse(invocation, options) : write(invocation, options),
      ),
    );
}

/** A file and a server are two wishes; a server has nothing to tell beforehand. */
async function serveOrRefuse(invocation: Invocation, options: ReportOptions): Promise<number> {
  const refused = (what: string, cure: string): Promise<number> =>
    printFailures(invocation, [{ reason: 'usage', what, cure }]);
  if (options.out !== undefined)
    return refused('--serve writes no file', 'Leave --out or --serve out');
  if (invocation.globals.dryRun)
    return refused('dev report --serve has no --dry-run', 'It changes nothing: leave it out');
  return serve(invocation, options);
}
