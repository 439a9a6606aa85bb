import { join, relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { jobsIn } from '../../generate/job-edits.ts';
import {
  buildArguments,
  contextFolder,
  readServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import { dockerfileFacts } from '../../init/dockerfile-facts.ts';
import type { FoundModule } from '../../init/found.ts';
import { lockfileNotes } from '../../init/lockfile-notes.ts';
import { asBuilt } from '../../init/built-code.ts';
import { codeIn } from '../../init/modules.ts';
import { moveService } from '../../init/move.ts';
import { factsInFolder, movedPlace } from '../../init/moved-place.ts';
import { nameOf } from '../../init/names.ts';
import { productionNotes } from '../../init/production-notes.ts';
import { furtherProcess, jobProcess } from '../../init/processes.ts';
import { scanRepository } from '../../init/repository.ts';
import { commandOfService } from '../../init/service-command.ts';
import { workspaceLibraries } from '../../init/workspace-libraries.ts';
import { mappingAt, type PlainMapping } from '../../model/plain.ts';
import { healthUrl } from '../../model/health-url.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { locateRoot } from '../project/locate.ts';
import { unknownService } from '../project/unknown-service.ts';
import { definitionOf, type InitWorld } from './define.ts';
import { compareDocuments } from './equal.ts';
import type { ProposedFile } from './files.ts';
import { moveFiles, type MoveWithFile } from './move-files.ts';
import { overlayFiles } from './overlay-files.ts';

/** All that `dev init move SERVICE` would do. */
export interface MovePlan {
  readonly root: string;
  readonly module: FoundModule;
  /** Packages of its workspace that it takes, and that were no modules yet. */
  readonly libraries: readonly FoundModule[];
  readonly files: readonly ProposedFile[];
  readonly notes: readonly string[];
  /** Values of the service that change, by their paths: `services.web.command`. */
  readonly changes: readonly string[];
}

interface Built {
  readonly build: PlainMapping;
  /** Absolute. */
  readonly context: string;
}

function builtService(name: string, service: PlainMapping, root: string): Result<Built, Failure> {
  const build = buildOf(service);
  const context = build === undefined ? undefined : contextFolder(build);
  const isInside = context !== undefined && !relative(root, context).startsWith('..');
  if (build !== undefined && context !== undefined && isInside) return ok({ build, context });
  return fail({
    reason: 'usage',
    what: `${name} has no code here that could be a module`,
    why:
      build === undefined
        ? `it runs the image ${String(service['image'])}`
        : 'what it is built from lies outside of the project',
    cure: 'dev init move is for services that are built from a folder of the project',
  });
}

function moduleName(
  name: string,
  modules: readonly { readonly name: string }[],
): Failure | undefined {
  if (modules.some((module) => module.name === name)) {
    return { reason: 'usage', what: `${name} is a module already`, cure: 'dev up' };
  }
  if (nameOf(name) === name) return undefined;
  return {
    reason: 'usage',
    what: `${name} cannot be the name of a module`,
    why: 'that has lower-case letters, digits and single hyphens',
    cure: `Call the service ${nameOf(name) ?? 'app'} first`,
  };
}

/** Code of another language can be a module as well, on the image of its own Dockerfile. */
function unknownCode(name: string, folder: string, today: string | undefined): Failure {
  return {
    reason: 'usage',
    what: `in ${folder} is no code that dev init knows`,
    cure: `Write modules.${name} into dev.yaml yourself, on the image of its Dockerfile:`,
    detail: [
      `  ${name}:`,
      ...(folder === name ? [] : [`    path: ${folder}`]),
      '    image: { build: . }',
      ...(today === undefined ? [] : [`    run: ${today}`]),
    ],
  };
}

/** What the service is made of, and what it becomes. */
function moved(
  name: string,
  service: PlainMapping,
  root: string,
  { files }: InitWorld,
): Result<MoveWithFile, Failure> {
  const built = builtService(name, service, root);
  if (!built.ok) return built;
  const { build, context } = built.value;
  const own = files.confined(root);
  const repository = scanRepository(root, own);
  const read = readServiceDockerfile(build, own);
  if (!read.ok) return read;
  const shown = read.value === undefined ? 'Dockerfile' : relative(root, read.value.path);
  const target = typeof build['target'] === 'string' ? build['target'] : undefined;
  const args = buildArguments(build);
  const written = dockerfileFacts(read.value?.text ?? '', shown, { target, args });
  const today = commandOfService(service, written);
  const place = movedPlace({
    name,
    context: relative(root, context) || '.',
    dockerfile: read.value && shown,
    facts: written,
    command: today,
    repository,
  });
  const { folder } = place;
  const facts = factsInFolder(written, place);
  const found = codeIn(folder, repository);
  if (found === undefined) return fail(unknownCode(name, folder, today));
  const code = asBuilt(found, facts, today);
  const asked =
    Object.keys(mappingAt(service, 'healthcheck')).length > 0
      ? service
      : { healthcheck: facts.healthcheck };
  const url = healthUrl('localhost', asked);
  const has = (path: string): boolean => repository.has(join(folder, path));
  const request = { name, place, code, facts, service, healthUrl: url, has };
  const move = moveService(request);
  const notes = [...move.notes, ...lockfileNotes([move.module], repository)];
  return ok({ ...move, notes, dockerfile: shown, repository });
}

/** Services of the same build are the same code: where one is a module, they are of another state of it. */
function siblingsNote(
  name: string,
  services: PlainMapping,
  modules: readonly { readonly name: string }[],
): readonly string[] {
  const buildText = (one: string): string => JSON.stringify(buildOf(mappingAt(services, one)));
  const own = buildText(name);
  const others = Object.keys(services).filter(
    (one) =>
      one !== name && buildText(one) === own && !modules.some((module) => module.name === one),
  );
  if (others.length === 0) return [];
  return [
    `${others.join(', ')}: built of the same, and from the working tree in every context until it is a module: dev init move ${others[0] ?? ''}`,
  ];
}

/** Looks at a service that is built from a Dockerfile, and says what it would be as a module. */
export async function planMove(
  request: { readonly project: string | undefined; readonly service: string },
  world: InitWorld,
): Promise<Result<MovePlan, readonly Failure[]>> {
  const { service: name } = request;
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const before = await definitionOf(root.value, world);
  if (!before.ok) return before;
  const { opened, environment } = before.value;
  if (opened.project.definedBy !== 'dev.yaml') {
    return fail([{ reason: 'usage', what: 'there is no dev.yaml here', cure: 'dev init' }]);
  }
  const services = mappingAt(environment.document, 'services');
  if (!Object.hasOwn(services, name)) {
    return fail([unknownService(name, Object.keys(services))]);
  }
  const wrong = moduleName(name, opened.project.modules);
  if (wrong !== undefined) return fail([wrong]);
  const move = moved(name, mappingAt(services, name), root.value, world);
  if (!move.ok) return fail([move.failure]);
  const { modules } = opened.project;
  const { repository, module: found } = move.value;
  const jobs = jobsIn(environment.document);
  const isSecond = modules.some((one) => one.path === found.path && !jobs.has(one.name));
  const further = isSecond ? furtherProcess(found) : found;
  const module = jobs.has(name) ? jobProcess(found) : further;
  const notes = [
    ...move.value.notes,
    ...(jobs.has(name) ? [`${name} runs once at each dev up: others wait for its end`] : []),
    ...productionNotes([module]),
    ...siblingsNote(name, services, modules),
  ];
  const taken = [...Object.keys(services), ...modules.map((one) => one.name)];
  const libraries = workspaceLibraries(module.path, repository, modules, taken);
  const files = moveFiles(root.value, { ...move.value, module }, libraries, world);
  if (!files.ok) return fail([files.failure]);
  const texts = new Map(files.value.map(({ path, text }) => [join(root.value, path), text]));
  const after = await definitionOf(root.value, {
    ...world,
    files: overlayFiles(world.files, texts),
  });
  if (!after.ok) return after;
  const { changed } = compareDocuments(environment.document, after.value.environment.document);
  const paths = changed.map(([path]) => path);
  const added = [name, ...libraries.map((one) => one.name)];
  const others = paths.filter((path) => !added.includes(path.split('.')[1] ?? ''));
  if (others.length > 0) {
    const what = `more than ${name} would change: nothing was written`;
    return fail([{ reason: 'definition', what, detail: others }]);
  }
  return ok({ root: root.value, module, libraries, files: files.value, notes, changes: paths });
}
