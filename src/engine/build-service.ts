import type { Failure, SourcePlace } from '../events/failure.ts';
import { parseDockerfile, syntaxOf } from '../images/dockerfile.ts';
import { originalLine } from '../images/trust-dockerfile.ts';
import { instructionOf } from '../images/step-place.ts';
import { buildService as buildCommand } from '../ports/docker-command.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { builderEnvironment } from './image-command.ts';
import { BuildOutput, type BuildFailure } from './image-progress.ts';
import { explainRegistryRefusal, sharedOf } from './registry-failure.ts';

export interface PersonsDockerfile {
  readonly path: string;
  readonly text: string;
  /** Lines, from 1, after each of which the tool has put one of its own. */
  readonly addedAfter: readonly number[];
}

/** One service's build, ready to be handed to Compose. */
export interface ServiceBuild {
  readonly service: string;
  readonly project: string;
  /** Text of a Compose file with this service's `build:` alone. */
  readonly document: string;
  /** Absolute; what Compose takes as the project's folder. */
  readonly directory: string;
  /** Its Dockerfile as the person knows it; undefined where it is in a repository of git. */
  readonly dockerfile: PersonsDockerfile | undefined;
}

interface Dependencies {
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (detail: string) => void;
}

/** How BuildKit says that it cannot get an image that a Dockerfile begins with. */
const BASE_REFUSED =
  /(?:^|[\s"])(?!solve:)([\w./:@-]+): failed to (?:resolve source metadata|authorize)/m;
/** The same of the program that reads the Dockerfile, before anything of it is read. */
const FRONTEND_REFUSED = /failed to solve: failed to (?:resolve source metadata|authorize)/;
const INTERRUPTED: Failure = { reason: 'interrupted', what: 'The build was interrupted' };

function placeOf({ dockerfile }: ServiceBuild, seen: BuildFailure): SourcePlace | undefined {
  if (dockerfile === undefined) return undefined;
  const { path, text } = dockerfile;
  const parsed = parseDockerfile(text);
  const instruction = instructionOf(seen.vertex, parsed);
  const line =
    (seen.dockerfileLine === undefined
      ? undefined
      : originalLine(seen.dockerfileLine, dockerfile.addedAfter)) ??
    (instruction === undefined ? undefined : instruction.firstLine + 1);
  if (line === undefined) return undefined;
  const shown = parsed.lines[line - 1] ?? '';
  return { file: path, line, column: 1, text: shown, length: Math.max(1, shown.trimEnd().length) };
}

/** A Dockerfile may name a program that reads it: an image, which is pulled first of all. */
function frontendRefused(
  { dockerfile, service }: ServiceBuild,
  output: string,
  { step, error }: BuildFailure,
): Failure | undefined {
  const syntax = syntaxOf(dockerfile?.text ?? '');
  const isRefused = FRONTEND_REFUSED.test(output) || /^resolve image config/.test(step);
  if (dockerfile === undefined || syntax === undefined || !isRefused) return undefined;
  const { reader: frontend, line } = syntax;
  const text = dockerfile.text.split(/\r?\n/)[line - 1] ?? '';
  const refusal = explainRegistryRefusal(frontend, error);
  return {
    reason: 'image',
    what: `${frontend}, which its \`# syntax=\` asks for, cannot be pulled`,
    why: refusal.why,
    ...sharedOf(refusal, `${service}: ${frontend}`),
    cure: `Take that line out (BuildKit reads a Dockerfile by itself), let the engine reach the registry, or bring the image another way (docker load, docker tag … ${frontend})`,
    at: { file: dockerfile.path, line, column: 1, text, length: text.length },
  };
}

function failureOf(build: ServiceBuild, status: number, seen: BuildFailure): Failure {
  const what = `The image of ${build.service} could not be built`;
  const text = [seen.error, ...seen.lines].join('\n');
  const cure = 'dev doctor --fix';
  if (status === 127) {
    return { reason: 'no-engine', what, why: 'There is no docker command.', cure };
  }
  if (/Cannot connect to the Docker daemon|error during connect/i.test(text)) {
    return { reason: 'no-engine', what, why: 'The engine does not answer.', cure };
  }
  if (/no space left on device/i.test(text)) {
    const room = 'Make room: dev clean, or docker builder prune';
    return { reason: 'host', what, why: 'The disk is full.', cure: room, detail: seen.lines };
  }
  const frontend = frontendRefused(build, text, seen);
  if (frontend !== undefined) return { ...frontend, what: `${what}: ${frontend.what}` };
  const at = placeOf(build, seen);
  const base = BASE_REFUSED.exec(text)?.[1];
  if (base !== undefined) {
    const refusal = explainRegistryRefusal(base, seen.error);
    const { why, cure: theirs } = refusal;
    return {
      reason: 'image',
      what: `${what}: ${base} cannot be pulled`,
      why,
      cure: theirs,
      ...sharedOf(refusal, `${build.service}: ${base}`),
      ...(at && { at }),
    };
  }
  return {
    reason: 'image',
    what,
    why: seen.step === '' ? seen.error : `Step ${seen.step} failed: ${seen.error}`,
    cure: `Mend it, then: dev up`,
    detail: seen.lines,
    ...(at && { at }),
  };
}

/**
 * Builds one service's image with `docker compose build`: BuildKit, with every key of `build:` as
 * Compose means it. Safe to interrupt: the image appears by one tagging.
 */
export async function buildServiceImage(
  build: ServiceBuild,
  { processes, environment, signal, onProgress }: Dependencies,
): Promise<Result<void, Failure>> {
  const output = new BuildOutput();
  const { project, directory, service } = build;
  const finished = await processes.run(buildCommand(project, directory, service), {
    env: builderEnvironment(environment),
    input: build.document,
    onLine(line) {
      const news = output.add(line);
      if (news !== undefined)
        onProgress(news.line === '' ? news.step : `${news.step}: ${news.line}`);
    },
    ...(signal && { signal }),
  });
  if (finished.status === 0) return ok(undefined);
  if (signal?.aborted === true) return fail(INTERRUPTED);
  return fail(failureOf(build, finished.status, output.failure()));
}
