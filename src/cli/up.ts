import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { UpRequest } from '../app/up/plan-services.ts';
import type { Failure } from '../events/failure.ts';
import type { TimedStep } from '../events/progress.ts';
import type { UpOutcome } from '../app/up/carry-out.ts';
import type { Located } from '../app/project/locate.ts';
import { policyOf } from '../model/context-policy.ts';
import { canShowDashboard, openDashboard } from './dash.ts';
import { createDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';
import { changedServices, type Plan } from '../plan/step.ts';
import { ok, type Result } from '../util/result.ts';
import { parseSelection } from './selection.ts';
import { variablesOf } from './own-variables.ts';

interface UpOptions {
  readonly detach: boolean;
  readonly dash: boolean;
  readonly recreate?: string | boolean;
  readonly resetData?: string | boolean;
  readonly snapshot: boolean;
  readonly watch: boolean;
  readonly timings: boolean;
}

/** What it came to, in words; a failure where that is gone already. */
async function summaryText(
  { world }: Invocation,
  outcome: UpOutcome,
  elapsedMs: number,
): Promise<Result<string, Failure>> {
  const { upText } = await import('../views/up-text.ts');
  const { upSummary } = await import('./up-summary.ts');
  const summary = await upSummary(world, outcome, elapsedMs);
  return summary.ok ? ok(upText(summary.value, world.terminal.stdout.color)) : summary;
}

/** What would be done, and where the project would be reached then. */
async function dryText({ globals }: Invocation, outcome: UpOutcome): Promise<string> {
  const { planText } = await import('../plan/step.ts');
  const { addresses = [], plan } = outcome;
  const names = addresses.length === 0 ? '' : `addresses by name: ${addresses.join(' ')}\n`;
  return planText(plan, { whole: globals.verbose }) + names;
}

/**
 * The session that watches what now runs; found, when one does already.
 * @returns what it knows to be wrong with services.
 */
async function startSession(
  { world, globals }: Invocation,
  located: Located,
  { editsSinceMs, failed }: { readonly editsSinceMs: number; readonly failed: boolean },
): Promise<Result<readonly Failure[], Failure>> {
  const { ensureSession } = await import('../app/session/ensure-session.ts');
  const session = await ensureSession(located, globals.context, world, editsSinceMs);
  if (!session.ok) return session;
  const answer = await session.value.intend({
    kind: 'brought-up',
    failed,
    environment: variablesOf(world),
  });
  session.value.close();
  return ok(answer.ok ? (answer.value.troubles ?? []) : []);
}

/**
 * What failed of a plan that was carried out. The rest is up, and the next save may mend it: the
 * session follows both.
 */
async function tellFailed(
  invocation: Invocation,
  failures: readonly Failure[],
  watched: { readonly located: Located; readonly startedAtMs: number } | undefined,
): Promise<number> {
  if (watched === undefined) return printFailures(invocation, failures);
  const { located, startedAtMs: editsSinceMs } = watched;
  const session = await startSession(invocation, located, { editsSinceMs, failed: true });
  if (!session.ok) return printFailures(invocation, [...failures, session.failure]);
  return tellFollowed(invocation, failures);
}

async function tellFollowed(invocation: Invocation, failures: readonly Failure[]): Promise<number> {
  const status = await printFailures(invocation, failures);
  const { world, globals } = invocation;
  if (!globals.quiet && !globals.json) world.terminal.stderr.write(`\n${FOLLOWED}\n`);
  return status;
}

const FOLLOWED =
  'The session runs, and edits are followed: mend it and save (dev status, dev watch).';

const SETTLE_MS = 500;

/** What runs after an interruption, asked of the engine. */
async function leftBehind(
  invocation: Invocation,
  [failure = { reason: 'interrupted', what: 'interrupted' }]: readonly Failure[],
): Promise<Failure> {
  const { interruptedUp } = await import('../app/machine/after-interrupt.ts');
  const located = await locate(invocation);
  if (!located.ok) return failure;
  const engine = await invocation.world.engine();
  // A start that the engine was asked for a moment ago is still on its way.
  await invocation.world.clock.sleep(SETTLE_MS);
  const listed = await engine.containers(located.value.instance);
  return interruptedUp(failure, listed.ok ? listed.value : undefined);
}

/** Where the time went: on stderr with `--timings`, as a trace in the file that DEV_TRACE names. */
async function tellTimes(
  { world }: Invocation,
  steps: readonly TimedStep[],
  isAsked: boolean,
): Promise<Failure | undefined> {
  const { DEV_TRACE: given = '' } = world.host.environment;
  if (!isAsked && given === '') return undefined;
  const { criticalPath, timingsText, traceText } = await import('../views/timings.ts');
  if (isAsked) world.terminal.stderr.write(timingsText(criticalPath(steps)));
  if (given === '') return undefined;
  const path = resolve(world.host.workingDirectory, given);
  const written = world.files.writeAtomic(path, traceText(steps));
  return written.ok ? undefined : written.failure;
}

/** Of what the session knows to be wrong: what was started just now was looked at already. */
function troublesBeside(plan: Plan, troubles: readonly Failure[]): readonly Failure[] {
  const changed = changedServices(plan);
  return troubles.filter(({ about }) => !changed.has(about?.service ?? ''));
}

async function act(
  invocation: Invocation,
  services: readonly string[],
  options: UpOptions,
): Promise<number> {
  const { globals, world, signal } = invocation;
  const [{ up }, { gather }, { keepAgain }] = await Promise.all([
    import('../app/up.ts'),
    import('../evidence/gather.ts'),
    import('../app/up/again.ts'),
  ]);
  const display = await createDisplay(invocation);
  const watches = options.watch && policyOf(globals.context).watches;
  const request: UpRequest = {
    project: globals.project,
    context: globals.context,
    profiles: globals.profiles,
    services,
    recreate: parseSelection(options.recreate),
    resetData: parseSelection(options.resetData),
    saves: options.snapshot ? parseSelection(options.resetData) : 'none',
    askedBy: 'person',
    dryRun: globals.dryRun,
    yes: globals.yes,
  };
  const startedAtMs = world.clock.now();
  const startedMs = world.clock.steady();
  const looking = gather(world, display.report);
  const steps: TimedStep[] = [];
  const timed = (step: TimedStep): void => void steps.push(step);
  const result = await up(request, looking.world, { report: looking.report, signal, timed });
  display.close();
  const untraced = await tellTimes(invocation, steps, options.timings);
  if (untraced !== undefined) return printFailures(invocation, [untraced]);
  if (!result.ok) {
    if (result.failure.every(({ reason }) => reason === 'interrupted')) {
      return printFailures(invocation, [await leftBehind(invocation, result.failure)]);
    }
    return printFailures(invocation, result.failure);
  }
  const { plan, failures } = result.value;
  const { places, project, instance } = result.value.prepared.opened;
  const located = { root: project.root, instance, places, context: globals.context };
  if (failures.length > 0) {
    return tellFailed(invocation, failures, watches ? { located, startedAtMs } : undefined);
  }
  const { readAtMs } = result.value;
  const isWatched = watches && !globals.dryRun;
  const came = { editsSinceMs: readAtMs, failed: false };
  const session = isWatched ? await startSession(invocation, located, came) : ok([]);
  const opensDashboard =
    isWatched &&
    options.dash &&
    !(options.detach || globals.json || globals.quiet || !canShowDashboard(invocation));
  const troubles = session.ok ? troublesBeside(plan, session.value) : [];
  if (troubles.length > 0 && !opensDashboard) return tellFollowed(invocation, troubles);
  const { addresses = [] } = result.value;
  const document = {
    ...{ instance, dryRun: globals.dryRun, plan },
    ...(addresses.length > 0 && { addresses }),
  };
  const elapsedMs = world.clock.steady() - startedMs;
  const text = globals.dryRun
    ? ok(await dryText(invocation, result.value))
    : await summaryText(invocation, result.value, elapsedMs);
  if (!text.ok) return printFailures(invocation, [text.failure]);
  printResult(invocation, document, globals.quiet ? '' : text.value);
  const asked = { ...request, program: invocation.program };
  const { told } = looking;
  if (!globals.dryRun) {
    keepAgain(asked, result.value, { evidence: looking.evidence(), told }, world);
  }
  if (!session.ok) return printFailures(invocation, [session.failure]);
  return opensDashboard ? openDashboard(invocation, located) : 0;
}

export function declareUp(program: Command, run: RunUseCase): void {
  program
    .command('up')
    .description('bring everything up: regenerate, build, start, wait until healthy')
    .argument('[service...]', 'only these modules and services, and what they depend on')
    .option('-d, --detach', 'no dashboard afterwards', false)
    .option('--no-dash', 'the same as --detach')
    .option('--recreate [services]', 'new containers, for all or the named services (a,b)')
    .option('--reset-data [services]', 'new data volumes, for all or the named services (a,b)')
    .option('--no-snapshot', 'with --reset-data: do not save the data first')
    .option('--no-watch', 'start no session that watches files')
    .option('--timings', 'say where the time went', false)
    .action((services: string[], options: UpOptions, command: Command) =>
      run(command, (invocation) => act(invocation, services, options)),
    );
}
