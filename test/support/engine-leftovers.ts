import { runProgram } from './run-program.ts';

/** What a project has on the engine, by name. */
export interface Leftovers {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  /** Ids of images that were built for its services. */
  readonly images: readonly string[];
}

/** The labels that tie something on the engine to a project: Compose's, and the tool's own. */
const PROJECT_LABELS = ['com.docker.compose.project', 'dev.onestack.project'];

/** Everything on the engine that belongs to a project, or to a worktree's project named after it. */
export async function leftovers(project: string): Promise<Leftovers> {
  const [containers, volumes, networks, images] = await Promise.all([
    labelled(['ps', '--all'], '.Names', project),
    labelled(['volume', 'ls'], '.Name', project),
    labelled(['network', 'ls'], '.Name', project),
    builtImages(project),
  ]);
  return { containers, volumes, networks, images };
}

/** Removes it all, forcibly. For the end of a test, whatever state it left. */
export async function removeLeftovers(project: string): Promise<void> {
  const { containers, volumes, networks, images } = await leftovers(project);
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers]);
  if (volumes.length > 0) await docker(['volume', 'rm', '--force', ...volumes]);
  if (networks.length > 0) await docker(['network', 'rm', ...networks]);
  if (images.length > 0) await docker(['image', 'rm', '--force', ...images]);
}

/** The listing of images shows no labels: they are asked for by the exact name, and by their own. */
async function builtImages(project: string): Promise<readonly string[]> {
  const filters = [`label=com.docker.compose.project=${project}`, `reference=${project}-*`];
  const listed = await Promise.all(
    filters.map((filter) => docker(['images', '--quiet', '--no-trunc', '--filter', filter])),
  );
  return [...new Set(listed.flatMap(({ stdout }) => stdout.split('\n')))].filter((id) => id !== '');
}

async function labelled(
  command: readonly string[],
  nameField: string,
  project: string,
): Promise<readonly string[]> {
  const owners = PROJECT_LABELS.map((label) => `{{.Label "${label}"}}`);
  const format = [`{{${nameField}}}`, ...owners].join('\t');
  const { stdout } = await docker([...command, '--format', format]);
  const names = stdout.split('\n').flatMap((line) => {
    const [name = '', ...labels] = line.split('\t');
    const isOurs = labels.some((owner) => owner === project || owner.startsWith(`${project}-`));
    return isOurs ? [name] : [];
  });
  return names.sort();
}

async function docker(args: readonly string[]) {
  return runProgram(['docker', ...args], { timeoutMs: 60_000 });
}
