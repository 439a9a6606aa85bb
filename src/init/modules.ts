import { posix } from 'node:path';
import { workspaceOf } from '../definitions/workspaces.ts';
import { goCode, javaCode, rustCode } from './compiled.ts';
import type { Detector, FoundCode, FoundModule } from './found.ts';
import { freeName } from './names.ts';
import { nodeCode } from './node.ts';
import { pythonCode } from './python.ts';
import { otherProcesses, withProcfile } from './processes.ts';
import type { Repository } from './repository.ts';

const MANIFESTS = new Set([
  ...['package.json', 'go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'Cargo.toml'],
  ...['pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py', 'setup.cfg', 'manage.py'],
]);
/** Where a folder is of several languages, the first that runs something counts, else the first. */
const DETECTORS: readonly Detector[] = [goCode, javaCode, rustCode, pythonCode, nodeCode];
/** Code that is about the code. */
const ASIDE = /(?:^|\/)(?:fixtures?|testdata|examples?|samples?|templates?|docs?|\.[^/]+)(?:\/|$)/;

export interface FindRequest {
  readonly repository: Repository;
  /** What the project is called. */
  readonly project: string;
  /** Folders whose code a Compose file builds or mounts: they have a service. */
  readonly covered: readonly string[];
  /** Names that services have. */
  readonly taken: readonly string[];
}

/** Whether a folder is one of others, or lies in one. */
export function isIn(folder: string, others: readonly string[]): boolean {
  return others.some(
    (other) => other === '.' || folder === other || folder.startsWith(`${other}/`),
  );
}

/** What a folder's code is; undefined where there is none that is known. */
export function codeIn(folder: string, repository: Repository): FoundCode | undefined {
  const found = DETECTORS.flatMap((detect) => detect(folder, repository) ?? []);
  return found.find(({ run }) => run !== undefined) ?? found[0];
}

/** The modules of a repository, outer folders first. */
export function findModules(request: FindRequest): readonly FoundModule[] {
  const { repository, covered } = request;
  const all = repository.paths
    .filter((path) => MANIFESTS.has(posix.basename(path)))
    .map((path) => posix.dirname(path));
  const folders = [...new Set(all)]
    .filter((folder) => !ASIDE.test(folder) && !isIn(folder, covered))
    .sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
  const taken = new Set(request.taken);
  const modules: FoundModule[] = [];
  for (const folder of folders) {
    const code = codeIn(folder, repository);
    if (code === undefined || isWorkspaceRoot(folder, code, folders, repository)) continue;
    const { calls, ...rest } = withProcfile(folder, code, repository);
    const wish = folder === '.' ? (calls ?? request.project) : posix.basename(folder);
    const name = freeName(wish, { folder, calls }, taken);
    modules.push({ name, path: folder, ...rest });
    for (const other of otherProcesses(folder, rest, repository)) {
      modules.push({ ...other, name: freeName(other.name, { folder }, taken), path: folder });
    }
  }
  return modules;
}

const depthOf = (folder: string): number => (folder === '.' ? 0 : folder.split('/').length);

/** A root that only holds packages together. */
function isWorkspaceRoot(
  folder: string,
  { image }: FoundCode,
  folders: readonly string[],
  { root, files }: Repository,
): boolean {
  if (image !== 'node') return false;
  const workspace = workspaceOf(folder, { root, files });
  if (workspace?.path !== folder) return false;
  return workspace.members.some((member) => folders.includes(member));
}
