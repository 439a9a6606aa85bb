import { basename, dirname, join, resolve } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { noFolder, PROJECT_FILE } from '../../definitions/find-project.ts';
import { nameOf } from '../../init/names.ts';
import { type Repository } from '../../init/repository.ts';
import { type PlainMapping } from '../../model/plain.ts';
import type { ComposeFiles } from '../../model/project.ts';
import { pinOf } from '../../release/launcher-pin.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { definitionOf, type InitWorld } from './define.ts';
import { type ProposedFile } from './files.ts';
import { launcherFor } from './launcher.ts';
import { composeElsewhere } from './notes.ts';
import { hasComposeFiles } from '../project/compose-files.ts';
import type { Definition } from '../project/definition.ts';
import { activeProfiles } from '../project/environment.ts';

export interface InitRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** `--name`. */
  readonly name: string | undefined;
  /** Whether services get addresses by name; true where nobody says. */
  readonly router?: boolean;
}

/** The folder that becomes a project: the one named, else that of the Compose file or repository. */
export function folderOf(
  { project }: InitRequest,
  { files, host }: InitWorld,
): Result<string, Failure> {
  const asked = resolve(host.workingDirectory, project ?? '.');
  const start = files.realPath(asked);
  if (start === undefined || !files.isDirectory(start)) {
    return fail(noFolder(asked, 'dev init --project DIR'));
  }
  let found: string | undefined;
  for (let at = start; ; at = dirname(at)) {
    if (files.exists(join(at, PROJECT_FILE))) {
      return fail({
        reason: 'usage',
        what: `${at === start ? 'this folder' : at} has a dev.yaml already`,
        why: 'dev init writes nothing over what is there',
        cure: 'dev init move SERVICE makes a module of a service; dev up brings it up',
      });
    }
    if (hasComposeFiles(at, { files, host })) found ??= at;
    const isTop = files.exists(join(at, '.git')) || at === dirname(at);
    if (project !== undefined || isTop) {
      return ok(found ?? (project === undefined && at !== dirname(at) ? at : start));
    }
  }
}

/** A repository with what Compose makes of it today. */
export interface RepositoryLook {
  readonly repository: Repository;
  readonly before: Definition | undefined;
  readonly compose: ComposeFiles | undefined;
  readonly document: PlainMapping;
  readonly profiles: readonly string[];
  readonly name: string;
  /** What Compose calls it today. */
  readonly composed: string | undefined;
}

export async function lookAtRepository(
  repository: Repository,
  request: InitRequest,
  world: InitWorld,
): Promise<Result<RepositoryLook, readonly Failure[]>> {
  const { root } = repository;
  const hasCompose = hasComposeFiles(root, world);
  const before = hasCompose ? await definitionOf(root, world) : undefined;
  if (before !== undefined && !before.ok) return before;
  const { compose, name: composed } = before?.value.opened.project ?? {};
  const name = request.name ?? composed ?? nameOf(basename(root)) ?? 'app';
  const document = before?.value.environment.document ?? {};
  const profiles = activeProfiles([], before?.value.environment.variables ?? {});
  return ok({ repository, before: before?.value, compose, document, profiles, name, composed });
}

export function nothingKnown(root: string, repository: Repository): Failure {
  const { isCut } = repository;
  const other = composeElsewhere(repository);
  return {
    reason: 'usage',
    what: `there is nothing in ${root} that dev init knows`,
    why: isCut
      ? 'the folder is too large to be looked at as a whole'
      : 'it looks for Compose files, package.json, go.mod, pyproject.toml, requirements.txt, pom.xml, Gradle builds and Cargo.toml that git does not ignore',
    cure:
      other === undefined
        ? 'Write a dev.yaml: "name: shop", and modules'
        : `There is ${other}: COMPOSE_FILE=${other} in .env makes it the project's`,
  };
}

/** The launcher, or why there is none: all the rest works without it. */
export async function launcherFile(
  { root, files }: Repository,
  world: InitWorld,
): Promise<{ readonly files: readonly ProposedFile[]; readonly notes: readonly string[] }> {
  const path = join(root, 'dev');
  if (files.stat(path) !== undefined) {
    const text = files.read(path);
    const isOurs = text.ok && pinOf(text.value ?? '') !== undefined;
    const note = 'no launcher: there is a file or folder "dev"; copy ours under another name';
    return { files: [], notes: isOurs ? [] : [note] };
  }
  const launcher = await launcherFor(root, world);
  if (launcher.ok) {
    const { text } = launcher.value;
    return { files: [{ path: 'dev', action: 'create', text, mode: 0o755 }], notes: [] };
  }
  const { what, cure = '' } = launcher.failure;
  return { files: [], notes: [`no launcher: ${what}; ${cure}`] };
}
