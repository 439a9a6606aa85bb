import { dirname } from 'node:path';
import type { Failure, SourcePlace } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { basesOf, basesText } from '../images/base-ids.ts';
import type { Hierarchy, HierarchyImage } from '../images/hierarchy.ts';
import type { ImageBuild } from '../images/plan.ts';
import { BASE_IMAGE_KIND, IMAGE_LABELS } from '../images/reference.ts';
import { rewriteDockerfile } from '../images/rewrite.ts';
import { originalLine, withTrust, type TrustingDockerfile } from '../images/trust-dockerfile.ts';
import type { Clock } from '../ports/clock.ts';
import { buildImage as buildCommand } from '../ports/docker-command.ts';
import type { Engine } from '../ports/engine.ts';
import type { ImageSummary } from '../ports/engine-resources.ts';
import type { Files } from '../ports/files.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  imageBuild,
  imageBuildEnvironment,
  ownDockerfilePlace,
  type BuildCommandOptions,
} from './image-command.ts';
import { runPlan, type StepResult } from './run-plan.ts';
import { BuildOutput, type BuildFailure } from './image-progress.ts';

export interface BuildRequest extends BuildCommandOptions {
  readonly hierarchy: Hierarchy;
  readonly engine: Pick<Engine, 'imageId'>;
  readonly processes: Processes;
  readonly files: Pick<Files, 'makeDirectory' | 'writeAtomic'>;
  readonly clock: Clock;
  readonly report: Report;
  /** How many builds run side by side: the machine's cores. */
  readonly parallel: number;
  readonly signal?: AbortSignal;
}

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'The build was interrupted' };

function placeOf(
  image: HierarchyImage,
  built: number | undefined,
  { addedAfter }: BuiltText,
): SourcePlace | undefined {
  if (built === undefined) return undefined;
  const line = originalLine(built, addedAfter);
  const text = image.dockerfile.split('\n')[line - 1] ?? '';
  const file = image.own?.dockerfile ?? `${image.directory}/Dockerfile`;
  return { file, line, column: 1, text, length: Math.max(1, text.trimEnd().length) };
}

function buildFailed(
  image: HierarchyImage,
  status: number,
  seen: BuildFailure,
  built: BuiltText,
): Failure {
  const isOwn = image.own !== undefined;
  const what = `${isOwn ? 'The image' : 'Base image'} ${image.name} could not be built`;
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
  const at = placeOf(image, seen.dockerfileLine, built);
  return {
    reason: 'image',
    what,
    why: seen.step === '' ? seen.error : `Step ${seen.step} failed: ${seen.error}`,
    cure: `Mend it, then: ${isOwn ? 'dev up' : `dev images build ${image.name}`}`,
    detail: seen.lines,
    ...(at && { at }),
  };
}

/** The text that is built, and after which lines of the person's own it has one more. */
type BuiltText = TrustingDockerfile;

function builtText(
  { dockerfile, own }: HierarchyImage,
  hierarchy: Hierarchy,
  { caBundle }: Pick<BuildRequest, 'caBundle'>,
): BuiltText {
  const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
  const args = new Map(Object.entries(own?.args ?? {}));
  const text = rewriteDockerfile(dockerfile, references, args);
  // Images of the hierarchy know by themselves where certificates are; a stranger's do not.
  return own === undefined || caBundle === undefined ? { text, addedAfter: [] } : withTrust(text);
}

/** The Dockerfile of a module's own image with the `.dockerignore` that holds, which no stdin takes. */
function writeOwn(
  image: HierarchyImage,
  { text }: BuiltText,
  { files, folder }: Pick<BuildRequest, 'files' | 'folder'>,
): Result<void, Failure> {
  const { own } = image;
  if (own === undefined) return ok(undefined);
  const place = ownDockerfilePlace(image, folder);
  const made = files.makeDirectory(dirname(place));
  if (!made.ok) return made;
  const written = files.writeAtomic(place, text, { flush: false });
  if (!written.ok) return written;
  return files.writeAtomic(`${place}.dockerignore`, `${own.ignore}\n`, { flush: false });
}

/** Ids of what an image of the project's own is built upon; before the build, which takes these or newer ones. */
async function baseIds(
  image: HierarchyImage,
  { engine, hierarchy }: Pick<BuildRequest, 'engine' | 'hierarchy'>,
): Promise<Result<ReadonlyMap<string, string>, Failure>> {
  const ids = new Map<string, string>();
  for (const reference of basesOf(image, hierarchy)) {
    const id = await engine.imageId(reference);
    if (!id.ok) return id;
    if (id.value !== undefined) ids.set(reference, id.value);
  }
  return ok(ids);
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
  const text = builtText(image, hierarchy, request);
  const written = writeOwn(image, text, request);
  if (!written.ok) return written;
  const bases = await baseIds(image, request);
  if (!bases.ok) return bases;
  const output = new BuildOutput();
  const command = imageBuild(image, request, basesText(bases.value));
  const finished = await request.processes.run(buildCommand(command), {
    env: imageBuildEnvironment(image, request),
    ...(image.own === undefined && { input: text.text }),
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
  return fail(buildFailed(image, finished.status, output.failure(), text));
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
