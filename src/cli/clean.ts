import type { Command } from 'commander';
import type { LeftContext } from '../app/clean.ts';
import type { Leftovers } from '../app/clean/leftovers.ts';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { createDisplay } from './display.ts';
import { ok, type Result } from '../util/result.ts';
import { oneLine } from '../util/terminal-text.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

const keptText = (parts: readonly string[]): string =>
  parts.includes('secrets') ? ' but secrets, which the data was made with' : '';

/** What a rebuilt image was before: nobody knows it by its id. */
const NAMELESS = /^sha256:[0-9a-f]{64}$/;

function olderImages(images: readonly string[]): readonly string[] {
  const count = images.filter((name) => NAMELESS.test(name)).length;
  if (count === 0) return [];
  return [
    count === 1
      ? 'without a name (1, an older one)'
      : `without a name (${String(count)}, older ones)`,
  ];
}

/** Of one that nobody gave a name, only its beginning tells something. */
function volumeText(name: string, { unnamedVolumes }: Leftovers): string {
  const service = unnamedVolumes[name];
  return service === undefined ? name : `${name.slice(0, 12)}…, of ${service} and without a name`;
}

function leftoversText(all: readonly Leftovers[]): string {
  const groups = (found: Leftovers): readonly (readonly [string, readonly string[]])[] => [
    ['container', found.containers],
    ['network', found.networks],
    ['data volume', found.volumes.map((name) => volumeText(name, found))],
    ['dependency volume', found.dependencyVolumes],
    ['installed', found.dependencyFolders],
    ['image', found.images.filter((name) => !NAMELESS.test(name))],
    ['image', olderImages(found.images)],
    ['folder', found.folders.map((folder) => folder + keptText(found.keptParts))],
  ];
  const lines = all.flatMap((found) =>
    groups(found).flatMap(([kind, names]) => names.map((name) => `${kind} ${oneLine(name)}\n`)),
  );
  const kept = all.flatMap((found) =>
    found.keptVolumes.map(
      (name) => `kept: data volume ${oneLine(volumeText(name, found))} (--volumes removes it)\n`,
    ),
  );
  const own = all.flatMap(({ keptInstalls }) =>
    keptInstalls.map((folder) => `kept: ${oneLine(folder)}, which is yours\n`),
  );
  const released = all.flatMap(({ keptImages }) =>
    keptImages.map((name) => `kept: released image ${name} (docker image rm ${name})\n`),
  );
  return [...lines, ...kept, ...released, ...own].join('') || 'nothing is left of this project\n';
}

/** What is left of all contexts, as of one. */
function joined(all: readonly Leftovers[]): Leftovers {
  const each = (key: Exclude<keyof Leftovers, 'unnamedVolumes'>): readonly string[] => [
    ...new Set(all.flatMap((found) => found[key])),
  ];
  return {
    containers: each('containers'),
    networks: each('networks'),
    volumes: each('volumes'),
    keptVolumes: each('keptVolumes'),
    unnamedVolumes: Object.fromEntries(
      all.flatMap((found) => Object.entries(found.unnamedVolumes)),
    ),
    dependencyVolumes: each('dependencyVolumes'),
    dependencyFolders: each('dependencyFolders'),
    keptInstalls: each('keptInstalls'),
    images: each('images'),
    keptImages: each('keptImages'),
    folders: each('folders'),
    keptParts: each('keptParts'),
  };
}

interface CleanOptions {
  readonly volumes: boolean;
  readonly all: boolean;
}

/** What is to be looked at: one project's contexts, or those of all that do not run. */
async function look(
  { world, globals }: Invocation,
  { volumes, all }: CleanOptions,
  report: Report,
): Promise<Result<{ readonly groups: readonly Group[]; readonly notes: string }, Failure>> {
  const { allLeftovers, everyLeftover } = await import('../app/clean.ts');
  if (!all) {
    const found = await allLeftovers(globals, volumes, world, report);
    return found.ok ? ok({ groups: [{ heading: '', contexts: found.value }], notes: '' }) : found;
  }
  const every = await everyLeftover(volumes, world, report);
  if (!every.ok) return every;
  const { projects, running } = every.value;
  const groups = projects.map(({ name, root, contexts }) => ({
    heading: `${oneLine(name)} (${oneLine(root)})\n`,
    contexts,
  }));
  const notes = running.map((name) => `left alone, it runs: ${oneLine(name)}\n`).join('');
  return ok({ groups: groups.filter(({ contexts }) => !isNothing(contexts)), notes });
}

interface Group {
  readonly heading: string;
  readonly contexts: readonly LeftContext[];
}

function isNothing(contexts: readonly LeftContext[]): boolean {
  const { containers, networks, images, folders, volumes, ...rest } = joined(
    contexts.map(({ found }) => found),
  );
  const { dependencyVolumes, dependencyFolders } = rest;
  const made = [...dependencyVolumes, ...dependencyFolders];
  return [containers, networks, made, images, folders, volumes].flat().length === 0;
}

async function act(invocation: Invocation, options: CleanOptions): Promise<number> {
  const { world, globals } = invocation;
  const { cleanAll } = await import('../app/clean.ts');
  const display = await createDisplay(invocation);
  const looked = await look(invocation, options, display.report);
  if (!looked.ok) {
    display.close();
    return printFailures(invocation, [looked.failure]);
  }
  const { groups, notes } = looked.value;
  const nothing = groups.every(({ contexts }) => isNothing(contexts));
  const found = ({ contexts }: Group): readonly Leftovers[] => contexts.map((one) => one.found);
  const list = groups.map((group) => group.heading + leftoversText(found(group))).join('');
  const text = (list || 'nothing is left of projects that do not run\n') + notes;
  if (!globals.dryRun && !nothing) {
    if (!globals.yes) {
      if (!world.terminal.interactive) {
        display.close();
        const cure = options.all ? 'dev clean --all --yes' : 'dev clean --yes';
        const what = 'dev clean removes things and nobody is there to ask';
        return printFailures(invocation, [
          { reason: 'usage', what, cure, detail: text.split('\n') },
        ]);
      }
      world.terminal.stderr.write(text);
      const answer = await world.terminal.prompts.confirm('Remove all this?', false);
      if (!answer.ok || !answer.value) {
        display.close();
        return answer.ok ? 0 : printFailures(invocation, [answer.failure]);
      }
    }
    const progress = { report: display.report, signal: invocation.signal };
    for (const { contexts } of groups) {
      const cleaned = await cleanAll(contexts, world, progress);
      if (!cleaned.ok) {
        display.close();
        return printFailures(invocation, [cleaned.failure]);
      }
    }
  }
  if (options.all && !globals.dryRun && (globals.yes || world.terminal.interactive)) {
    const { sweepRouter } = await import('../app/router/leave.ts');
    const swept = await sweepRouter(world, {
      report: display.report,
      signal: invocation.signal,
    });
    if (!swept.ok) {
      display.close();
      return printFailures(invocation, [swept.failure]);
    }
  }
  display.close();
  const heading = nothing ? '' : globals.dryRun ? 'would remove\n' : 'removed\n';
  const together = joined(groups.flatMap(found));
  printResult(invocation, { dryRun: globals.dryRun, ...together }, heading + text);
  return 0;
}

export function declareClean(program: Command, run: RunUseCase): void {
  program
    .command('clean')
    .description('remove what this project left on the machine; data stays')
    .option('--volumes', 'the data volumes too', false)
    .option('--all', 'of all projects on this machine that do not run', false)
    .action((options: CleanOptions, command: Command) =>
      run(command, (invocation) => act(invocation, options)),
    );
}
