import type { Failure, SourcePlace } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Hierarchy, HierarchyImage } from '../images/hierarchy.ts';
import type { ImageBuild } from '../images/plan.ts';
import { BASE_IMAGE_KIND, IMAGE_LABELS } from '../images/reference.ts';
import { rewriteDockerfile } from '../images/rewrite.ts';
import type { Clock } from '../ports/clock.ts';
import { buildImage as buildCommand } from '../ports/docker-command.ts';
import type { Engine, ImageSummary } from '../ports/engine.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { imageBuild, imageBuildEnvironment, type BuildCommandOptions } from './image-command.ts';
import { runPlan, type StepResult } from './run-plan.ts';
import { BuildOutput, type BuildFailure } from './image-progress.ts';

export interface BuildRequest extends BuildCommandOptions {
  readonly hierarchy: Hierarchy;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly report: Report;
  /** How many builds run side by side: the machine's cores. */
  readonly parallel: number;
  readonly signal?: AbortSignal;
}

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'The build was interrupted' };

function placeOf(image: HierarchyImage, line: number | undefined): SourcePlace | undefined {
  if (line === undefined) return undefined;
  const text = image.dockerfile.split('\n')[line - 1] ?? '';
  const file = `${image.directory}/Dockerfile`;
  return { file, line, column: 1, text, length: Math.max(1, text.trimEnd().length) };
}

function buildFailed(image: HierarchyImage, status: number, seen: BuildFailure): Failure {
  const what = `Base image ${image.name} could not be built`;
  if (status === 127) {
    const cure = 'dev doctor --fix';
    return { reason: 'no-engine', what, why: 'There is no docker command.', cure };
  }
  const text = [seen.error, ...seen.lines].join('\n');
  if (/no space left on device/i.test(text)) {
    const cure = 'Make room: dev images prune, dev clean, or docker builder prune';
    return { reason: 'host', what, why: 'The disk is full.', cure, detail: seen.lines };
  }
  if (/Cannot connect to the Docker daemon|error during connect/i.test(text)) {
    const cure = 'dev doctor --fix';
    return { reason: 'no-engine', what, why: 'The engine does not answer.', cure };
  }
  const at = placeOf(image, seen.dockerfileLine);
  return {
    reason: 'image',
    what,
    why: seen.step === '' ? seen.error : `Step ${seen.step} failed: ${seen.error}`,
    cure: `Mend it, then: dev images build ${image.name}`,
    detail: seen.lines,
    ...(at && { at }),
  };
}

/**
 * Builds one image, whose bases are there. Safe to interrupt and to run twice at once: an image
 * appears by one tagging, with everything in it.
 */
export async function buildBaseImage(
  build: ImageBuild,
  request: Omit<BuildRequest, 'parallel'>,
): Promise<Result<void, Failure>> {
  const { image, cause } = build;
  const { report, clock, signal, hierarchy } = request;
  const id = `image:${image.name}`;
  const label = `Build ${image.name}`;
  const startedAtMs = clock.steady();
  report({ kind: 'step-started', id, label: `${label} (${cause})` });
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const output = new BuildOutput();
  const finished = await request.processes.run(buildCommand(imageBuild(image, request)), {
    env: imageBuildEnvironment(image, request),
    input: rewriteDockerfile(image.dockerfile, references),
    onLine(line) {
      const news = output.add(line);
      if (news === undefined) return;
      const detail = news.line === '' ? news.step : `${news.step}: ${news.line}`;
      report({ kind: 'step-progress', id, detail });
    },
    ...(signal && { signal }),
  });
  const durationMs = clock.steady() - startedAtMs;
  const done = finished.status === 0;
  report({ kind: 'step-finished', id, label, outcome: done ? 'done' : 'failed', durationMs });
  if (done) return ok(undefined);
  if (signal?.aborted === true) return fail(INTERRUPTED);
  return fail(buildFailed(image, finished.status, output.failure()));
}

/**
 * Builds images, each after those that it is built from, otherwise side by side.
 * @returns a failure of reason `image` for each build that failed, or one `interrupted`.
 */
export async function buildImages(
  builds: readonly ImageBuild[],
  request: BuildRequest,
): Promise<Result<void, readonly Failure[]>> {
  return runPlan({
    steps: builds.map((build) => ({
      build,
      id: build.image.name,
      needs: build.after,
      after: [],
      weight: 1,
    })),
    capacity: { cores: Math.max(1, request.parallel) },
    perform: (steps) => new Map(steps.map((step) => [step, built(step.build, request)])),
    onCancelled: () => undefined,
    signal: request.signal ?? new AbortController().signal,
  });
}

async function built(build: ImageBuild, request: BuildRequest): Promise<StepResult> {
  const result = await buildBaseImage(build, request);
  return result.ok ? result : fail([result.failure]);
}

/** All base images that the engine has, of every project and version: one request. */
export function listBaseImages(engine: Engine): Promise<Result<readonly ImageSummary[], Failure>> {
  return engine.images({ [IMAGE_LABELS.kind]: BASE_IMAGE_KIND });
}
