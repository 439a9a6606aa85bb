import { join } from 'node:path';
import { toPlain } from '../compose/load/merge.ts';
import type { Failure } from '../events/failure.ts';
import type { FoundModule } from '../init/found.ts';
import { lockfileNotes } from '../init/lockfile-notes.ts';
import { productionNotes } from '../init/production-notes.ts';
import { findModules } from '../init/modules.ts';
import { scanRepository, type Repository } from '../init/repository.ts';
import { versionNotes } from '../init/versions.ts';
import { mappingAt } from '../model/plain.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { definitionOf, type InitWorld } from './init/define.ts';
import {
  madeEnvFiles,
  missingEnvFiles,
  wantedEnvFiles,
  type MissingEnv,
} from './init/env-files.ts';
import { proveEqual, type Equal } from './init/equal.ts';
import {
  dockerIgnoreFiles,
  gitAttributesFile,
  gitIgnoreFile,
  type ProposedFile,
} from './init/files.ts';
import { repositoryNotes } from './init/notes.ts';
import { overlayFiles } from './init/overlay-files.ts';
import { builtServices, coveredFolders, definitionFiles } from './init/propose.ts';
import { writeAll } from './init/write.ts';
import { hasComposeFiles } from './project/compose-files.ts';
import { shownIn } from './project/read-project.ts';
import {
  type InitRequest,
  folderOf,
  type RepositoryLook,
  lookAtRepository,
  nothingKnown,
  launcherFile,
} from './init/look.ts';

/** What only the person knows. Each has a default, which `--yes` takes. */
export interface InitQuestions {
  readonly modules: (
    found: readonly FoundModule[],
    byDefault: boolean,
  ) => Promise<Result<readonly FoundModule[], Failure>>;
  /** Whether files of variables that are missing are made of their examples. */
  readonly env: (missing: readonly MissingEnv[]) => Promise<Result<boolean, Failure>>;
}

/** All that `dev init` would do. */
export interface InitPlan {
  readonly root: string;
  readonly name: string;
  readonly compose: readonly string[];
  readonly modules: readonly FoundModule[];
  /** Services that stay what they are: built from a Dockerfile. */
  readonly built: readonly { readonly service: string; readonly folder: string }[];
  readonly files: readonly ProposedFile[];
  readonly notes: readonly string[];
  /** Undefined where there is no Compose file: nothing could be another. */
  readonly equal: Equal | undefined;
}

/** Looks, asks, and says what would be written. Writes nothing. */
export async function planInit(
  request: InitRequest,
  questions: InitQuestions,
  world: InitWorld,
): Promise<Result<InitPlan, readonly Failure[]>> {
  const root = folderOf(request, world);
  if (!root.ok) return fail([root.failure]);
  const repository = scanRepository(root.value, world.files.confined(root.value));
  const missing = await missingEnv(repository, world);
  // Services may want them as files of variables: then nothing can be read without.
  const asksFirst = missing.length > 0 && hasComposeFiles(root.value, world);
  const early = asksFirst ? await questions.env(missing) : ok(false);
  if (!early.ok) return fail([early.failure]);
  const given = early.value ? madeEnvFiles(repository, missing) : [];
  const found = await lookAtRepository(repository, request, {
    ...world,
    files: laidOver(given, repository, world.files),
  });
  if (!found.ok) return found;
  const { compose, document, profiles, name } = found.value;
  const covered = coveredFolders(document, root.value);
  const services = Object.keys(mappingAt(document, 'services'));
  const candidates = findModules({
    ...{ repository, project: name, covered: covered.all, taken: services },
  });
  if (compose === undefined && candidates.length === 0) {
    return fail([nothingKnown(root.value, repository)]);
  }
  const built = builtServices(document, root.value);
  // A Compose file that builds code says which code runs.
  const modules = await questions.modules(candidates, built.length === 0);
  if (!modules.ok) return fail([modules.failure]);
  const left = candidates.filter((one) => !modules.value.includes(one));
  const env = missing.length === 0 || asksFirst ? early : await questions.env(missing);
  if (!env.ok) return fail([env.failure]);
  const made = env.value ? missing : [];
  const shown = (compose?.files ?? []).map((path) => shownIn(root.value, path));
  const launcher = await launcherFile(repository, world);
  const files: readonly ProposedFile[] = [
    ...launcher.files,
    ...(launcher.files.length > 0 ? gitAttributesFile(repository) : []),
    ...gitIgnoreFile(repository, modules.value, made),
    ...dockerIgnoreFiles(repository, covered.contexts),
    ...madeEnvFiles(repository, made),
    ...definitionFiles({
      ...{ repository, name, compose: shown, document, profiles, modules: modules.value },
      router: request.router ?? true,
    }),
  ];
  const equal = await checked(found.value, files, made, world);
  if (!equal.ok) return equal;
  return ok({
    ...{ root: root.value, name, compose: shown, modules: modules.value, files },
    built,
    notes: [
      ...left.map(leftOut),
      ...renamed(found.value),
      ...versionNotes(modules.value),
      ...lockfileNotes(modules.value, repository),
      ...productionNotes(modules.value),
      ...launcher.notes,
      ...repositoryNotes(repository, compose !== undefined),
    ],
    equal: equal.value,
  });
}

/** Data that Compose keeps for a project is found by the project's name alone. */
const renamed = ({
  name,
  composed,
}: Pick<RepositoryLook, 'name' | 'composed'>): readonly string[] =>
  composed === undefined || composed === name
    ? []
    : [`called ${name}, not ${composed} as Compose does: volumes of ${composed} stay, unused`];

const leftOut = ({ name, by }: FoundModule): string =>
  `${by} is not part of it; --modules ${name} makes a module of it`;

/** The `.env` and the files of services that are not there, but examples of them. */
async function missingEnv(
  repository: Repository,
  world: InitWorld,
): Promise<readonly MissingEnv[]> {
  const { root } = repository;
  const all = missingEnvFiles(repository);
  const ofProject = all.filter(({ path }) => path === '.env');
  if (ofProject.length === all.length || !hasComposeFiles(root, world)) return ofProject;
  // Which of them services take is known once all are there.
  const files = laidOver(madeEnvFiles(repository, all), repository, world.files);
  const definition = await definitionOf(root, { ...world, files });
  const directory = definition.ok ? definition.value.opened.project.compose?.directory : undefined;
  if (!definition.ok || directory === undefined) return ofProject;
  const document = toPlain(definition.value.environment.written);
  return wantedEnvFiles(all, document, { root, directory });
}

/** The folder's files as they would be with some more. */
function laidOver(
  files: readonly ProposedFile[],
  repository: Repository,
  below: InitWorld['files'],
): InitWorld['files'] {
  const { root } = repository;
  const texts = files.map(
    ({ path, text }) => [join(root, path), (repository.read(path) ?? '') + text] as const,
  );
  return overlayFiles(below, new Map(texts));
}

/** The project as it would be is a right one, and its Compose files mean what they meant. */
async function checked(
  { repository, before, compose, name, composed }: RepositoryLook,
  proposed: readonly ProposedFile[],
  made: readonly MissingEnv[],
  world: InitWorld,
): Promise<Result<Equal | undefined, readonly Failure[]>> {
  const { root } = repository;
  const after = await definitionOf(root, {
    ...world,
    files: laidOver(proposed, repository, world.files),
  });
  if (!after.ok) return after;
  if (before === undefined || compose === undefined) return ok(undefined);
  const equal = await proveEqual(
    {
      ...{ compose, name, made, root },
      renamed: name !== composed,
      before: before.environment.written,
      after: after.value.environment.written,
    },
    world.processes,
  );
  return equal.ok ? equal : fail([equal.failure]);
}

/** Writes all of it, or nothing. */
export function applyInit(
  { root, files }: Pick<InitPlan, 'root' | 'files'>,
  world: Pick<InitWorld, 'files'>,
): Result<void, Failure> {
  return writeAll(root, files, world.files);
}
