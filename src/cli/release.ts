import type { Command } from 'commander';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

const useCase = () => import('../app/release.ts');
const views = () => import('../views/release-text.ts');

async function tellPlan(invocation: Invocation): Promise<number> {
  const { world, globals, signal } = invocation;
  const { releasePlan } = await useCase();
  const planned = await withDisplay(invocation, (report) =>
    releasePlan(globals, world, { report, signal }),
  );
  if (!planned.ok) return printFailures(invocation, planned.failure);
  const { plannedText } = await views();
  printResult(invocation, planned.value, plannedText(planned.value));
  return 0;
}

async function act(invocation: Invocation, { plan }: { readonly plan: boolean }): Promise<number> {
  if (plan) return tellPlan(invocation);
  const { world, globals, signal } = invocation;
  const { release } = await useCase();
  const done = await withDisplay(invocation, (report) =>
    release(globals, world, { report, signal }),
  );
  if (!done.ok) return printFailures(invocation, done.failure);
  const { release: made, already } = done.value;
  const { placeOf } = await views();
  const places = Object.keys(made.images).map(
    (name) => `  ${placeOf(made, name, 'integration')}\n`,
  );
  const verb = already ? 'is released already' : 'is released';
  printResult(invocation, { already, ...made }, `${made.version} ${verb}\n${places.join('')}`);
  return 0;
}

async function list(invocation: Invocation, log: boolean): Promise<number> {
  const { ledgerOf } = await useCase();
  const { ledgerText, releasesText } = await views();
  const ledger = await ledgerOf(invocation.globals.project, invocation.world);
  if (!ledger.ok) return printFailures(invocation, [ledger.failure]);
  const { events, releases, others } = ledger.value;
  if (log) printResult(invocation, { events }, ledgerText(events));
  else printResult(invocation, { releases }, releasesText(releases, others));
  return 0;
}

async function showRelease(
  invocation: Invocation,
  version: string | undefined,
  { image }: { readonly image?: string },
): Promise<number> {
  const { oneRelease, releaseOfImage } = await useCase();
  const { releaseText } = await views();
  const { world, globals } = invocation;
  const found =
    image === undefined
      ? await oneRelease(globals.project, version, world)
      : await releaseOfImage(globals.project, image, world);
  if (!found.ok) return printFailures(invocation, [found.failure]);
  printResult(invocation, found.value, releaseText(found.value));
  return 0;
}

/** `1 image`, `2 images`. */
function counted(things: object, word: string): string {
  const count = Object.keys(things).length;
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}

async function verify(invocation: Invocation, version: string | undefined): Promise<number> {
  const { verifyRelease } = await useCase();
  const { world, globals } = invocation;
  const verified = await verifyRelease({ project: globals.project, version }, world);
  if (!verified.ok) return printFailures(invocation, verified.failure);
  const { release, signer } = verified.value;
  const { images, documents, version: own } = release;
  const what = `${counted(images, 'image')}, ${counted(documents, 'document')}`;
  const text = `${own} is as it was released: ${what}`;
  const by = signer === undefined ? '' : `, signed by ${signer}`;
  printResult(invocation, { ok: true, version: own, signer }, `${text}${by}\n`);
  return 0;
}

async function promote(invocation: Invocation, version: string | undefined): Promise<number> {
  const { world, globals, signal } = invocation;
  const cases = await useCase();
  if (globals.dryRun) {
    const found = await cases.oneRelease(globals.project, version, world);
    if (!found.ok) return printFailures(invocation, [found.failure]);
    const { release, promotedAt } = found.value;
    const already = promotedAt !== undefined;
    const said = already
      ? `${release.version} is promoted already`
      : `would promote ${release.version}`;
    printResult(invocation, { dryRun: true, already, version: release.version }, `${said}\n`);
    return 0;
  }
  const done = await withDisplay(invocation, (report) =>
    cases.promote({ project: globals.project, version }, world, { report, signal }),
  );
  if (!done.ok) return printFailures(invocation, done.failure);
  const { release, already } = done.value;
  const text = `${release.version} ${already ? 'is promoted already' : 'is promoted'}\n`;
  printResult(invocation, { already, version: release.version }, text);
  return 0;
}

export function declareRelease(program: Command, run: RunUseCase): void {
  const release = program
    .command('release')
    .description('run the pipeline of this commit, and publish what comes of it')
    .option('--plan', 'say what would be published, and where, and publish nothing', false)
    .action((options: { plan: boolean }, command: Command) =>
      run(command, (one) => act(one, options)),
    );
  release
    .command('list')
    .description('all releases, and where they stand')
    .action((_options: unknown, command: Command) => run(command, (one) => list(one, false)));
  release
    .command('log')
    .description('what the ledger says: what was released and promoted, when and by whom')
    .action((_options: unknown, command: Command) => run(command, (one) => list(one, true)));
  release
    .command('show')
    .description('where a release comes from: images, artifacts, commit, base images, checks')
    .argument('[version]', 'which one; the newest by default')
    .option('--image <image>', 'the release that an image, or a container, is of')
    .action((version: string | undefined, options: { image?: string }, command: Command) =>
      run(command, (one) => showRelease(one, version, options)),
    );
  release
    .command('verify')
    .description('compare everything of a release with the digests that it was released with')
    .argument('[version]', 'which one; the newest by default')
    .action((version: string | undefined, _options: unknown, command: Command) =>
      run(command, (one) => verify(one, version)),
    );
}

export function declarePromote(program: Command, run: RunUseCase): void {
  program
    .command('promote')
    .description('let a release go live: from integration to release, by digest')
    .argument('[version]', 'which one; the newest by default')
    .action((version: string | undefined, _options: unknown, command: Command) =>
      run(command, (one) => promote(one, version)),
    );
}
