import type { Command } from 'commander';
import type { Pruned, PrunedImage } from '../app/images/prune.ts';
import { sizeText } from '../util/size-text.ts';
import { ageText } from '../views/data-text.ts';
import { withDisplay } from './display.ts';
import type { Invocation } from './invocation.ts';
import { printFailures, printResult } from './outcome.ts';
import type { RunUseCase } from './run.ts';

async function list(invocation: Invocation): Promise<number> {
  const { globals, world } = invocation;
  const { listImages } = await import('../app/images.ts');
  const { imagesText } = await import('../views/images-text.ts');
  const listed = await withDisplay(invocation, (report) => listImages(globals, world, report));
  if (!listed.ok) return printFailures(invocation, listed.failure);
  const { images, modules } = listed.value;
  const { color } = world.terminal.stdout;
  printResult(invocation, { images, modules }, imagesText(images, modules, color));
  return 0;
}

async function build(
  invocation: Invocation,
  names: readonly string[],
  fresh: boolean,
): Promise<number> {
  const { globals, world, signal } = invocation;
  const { buildProjectImages } = await import('../app/images.ts');
  const request = { ...globals, names, fresh };
  const built = await withDisplay(invocation, (report) =>
    buildProjectImages(request, world, { report, signal }),
  );
  if (!built.ok) return printFailures(invocation, built.failure);
  const { dryRun } = globals;
  const builds = built.value.map(({ image: { name, reference }, cause }) => ({
    name,
    reference,
    cause,
  }));
  const done = dryRun ? 'would build' : 'built';
  const text = builds.map(({ name, cause }) => `${done} ${name}: ${cause}\n`).join('');
  printResult(invocation, { dryRun, builds }, text || 'nothing to build\n');
  return 0;
}

/** `onestack/node:1f0c…`, or `node sha256:1f0c2d…` of one that has lost its reference. */
function imageText({ reference, name }: PrunedImage): string {
  const id = /^sha256:([0-9a-f]{12})/.exec(reference)?.[0];
  return id === undefined ? reference : `${name} ${id}`;
}

function prunedText({ images, volumes }: Pruned, dryRun: boolean, nowMs: number): string {
  const done = dryRun ? 'would remove' : 'removed';
  const lines = [
    ...images.map((image) => {
      const { sizeBytes, createdAtMs } = image;
      const facts = `${sizeText(sizeBytes)}, ${ageText(Math.max(0, nowMs - createdAtMs))} old`;
      return `${done} image ${imageText(image)}: ${facts}\n`;
    }),
    ...volumes.map((name) => `${done} dependency volume ${name}\n`),
  ];
  return lines.join('') || 'nothing to remove\n';
}

async function prune(invocation: Invocation): Promise<number> {
  const { globals, world } = invocation;
  const { pruneImages } = await import('../app/images/prune.ts');
  const pruned = await withDisplay(invocation, (report) => pruneImages(globals, world, report));
  if (!pruned.ok) return printFailures(invocation, pruned.failure);
  const { dryRun } = globals;
  printResult(
    invocation,
    { dryRun, ...pruned.value },
    prunedText(pruned.value, dryRun, world.clock.now()),
  );
  return 0;
}

export function declareImages(program: Command, run: RunUseCase): void {
  const images = program
    .command('images')
    .description('the image hierarchy: what is built, what is stale, and why')
    .action((_options: unknown, command: Command) => run(command, list));
  images
    .command('build')
    .description('build what is missing of the images that the project needs')
    .argument('[name...]', 'only these images, and what they are built from')
    .option('--fresh', 'build them anew, for newer packages, even if nothing changed', false)
    .action((names: string[], options: { fresh: boolean }, command: Command) =>
      run(command, (invocation) => build(invocation, names, options.fresh)),
    );
  images
    .command('prune')
    .description('remove outdated base images and dependencies that nothing uses')
    .action((_options: unknown, command: Command) => run(command, prune));
}
