import pLimit from 'p-limit';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { NO_IMAGE, type ServiceImage } from '../images/service-images.ts';
import type { Clock } from '../ports/clock.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { buildServiceImage, type ServiceBuild } from './build-service.ts';
import { pullServiceImage } from './pull-image.ts';
import { pullFailure } from './registry-failure.ts';

export interface BringImagesRequest {
  readonly images: readonly ServiceImage[];
  /** By service; made only for those that are built. */
  readonly build: (image: ServiceImage) => Result<ServiceBuild, Failure>;
  /** What builds are given to interpolate and to find the person's keys by. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How many builds run side by side: the machine's cores. */
  readonly parallel: number;
}

interface Dependencies {
  readonly processes: Processes;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Images that could not be had, each with why. */
export type MissingImages = ReadonlyMap<ServiceImage, Failure>;

/** Registries refuse many at once, and the engine takes three layers at a time. */
const PULLS_AT_ONCE = 6;
const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };

/** `build web`, `pull redis:7`. */
export function imageActionText({ kind, service, reference }: ServiceImage): string {
  return kind === 'build' ? `build ${service}` : `pull ${reference}`;
}

/**
 * Pulls and builds, side by side as far as one is not built from another. One that cannot be had
 * keeps none of the others back.
 */
export async function bringServiceImages(
  request: BringImagesRequest,
  deps: Dependencies,
): Promise<MissingImages> {
  const limits = { pull: pLimit(PULLS_AT_ONCE), build: pLimit(Math.max(1, request.parallel)) };
  const running = new Map<string, Promise<{ readonly usable: boolean }>>();
  const missing = new Map<ServiceImage, Failure>();
  const bring = async (image: ServiceImage): Promise<Result<void, Failure>> => {
    const before = await Promise.all(
      image.after.flatMap((reference) => running.get(reference) ?? []),
    );
    if (before.some((base) => !base.usable)) return fail(withoutBase(image));
    const limit = image.kind === 'build' ? limits.build : limits.pull;
    return limit(() => (deps.signal.aborted ? fail(INTERRUPTED) : bringOne(image, request, deps)));
  };
  for (const image of request.images) {
    // They come in order: what one waits for is there already.
    const work = bring(image).then((result) => {
      if (!result.ok) missing.set(image, result.failure);
      return { usable: result.ok || (image.kind === 'pull' && image.present) };
    });
    running.set(image.reference, work);
  }
  await Promise.all(running.values());
  return missing;
}

function withoutBase({ service, after }: ServiceImage): Failure {
  const why = `It is built from ${after.join(', ')}, which could not be had.`;
  return { reason: 'image', what: `The image of ${service} was not built`, why };
}

async function bringOne(
  image: ServiceImage,
  request: BringImagesRequest,
  deps: Dependencies,
): Promise<Result<void, Failure>> {
  const { clock, report } = deps;
  const id = `service-image:${image.reference}`;
  const label = imageActionText(image);
  const startedAtMs = clock.steady();
  report({ kind: 'step-started', id, label: `${label} (${image.cause})` });
  const onProgress = (detail: string): void => report({ kind: 'step-progress', id, detail });
  const pulled = image.kind === 'build' ? undefined : await pull(image, { ...deps, onProgress });
  const done =
    image.kind === 'build' || (image.kind === 'pull-or-build' && pulled?.ok === false)
      ? await build(image, request, { ...deps, onProgress })
      : (pulled ?? ok(undefined));
  const durationMs = clock.steady() - startedAtMs;
  const outcome = done.ok ? 'done' : 'failed';
  report({ kind: 'step-finished', id, label, outcome, durationMs });
  return done;
}

interface Working extends Dependencies {
  readonly onProgress: (detail: string) => void;
}

async function pull(
  { reference, platform, services, present, cause }: ServiceImage,
  deps: Working,
): Promise<Result<void, Failure>> {
  const refusal = await pullServiceImage({ reference, platform }, deps);
  if (refusal === undefined) return ok(undefined);
  if (deps.signal.aborted) return fail(INTERRUPTED);
  const failure = pullFailure(reference, services, refusal);
  if (present || cause === NO_IMAGE) return fail(failure);
  // Whoever sees one in the list of images does not know why it is not enough.
  const { detail = [] } = failure;
  return fail({ ...failure, detail: [`there is one here: ${cause}`, ...detail] });
}

async function build(
  image: ServiceImage,
  request: BringImagesRequest,
  deps: Working,
): Promise<Result<void, Failure>> {
  if (deps.signal.aborted) return fail(INTERRUPTED);
  const prepared = request.build(image);
  if (!prepared.ok) return prepared;
  return buildServiceImage(prepared.value, { ...deps, environment: request.environment });
}
