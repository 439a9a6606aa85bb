import { dirname, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { World } from '../ports/world.ts';
import { ciFile, isOurCiFile, type CiService } from '../release/ci-files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { locateRoot } from './project/locate.ts';
import { gitText } from './release/git.ts';

export interface GenerateCiRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly service: CiService;
  /** Write nothing; fail where the file is not as it would be written. */
  readonly check: boolean;
  readonly dryRun: boolean;
}

export interface GeneratedCi {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** It is as it has to be already. */
  readonly current: boolean;
}

function outdated(service: CiService, path: string, there: boolean): Failure {
  return {
    reason: 'check',
    what: there ? `${path} is out of date` : `there is no ${path}`,
    ...(there && { why: `dev ci generate ${service} would write another one` }),
    cure: `dev ci generate ${service}, and commit it`,
  };
}

/** Writes the file by which a CI service runs the pipeline, at the root of the repository. */
export async function generateCi(
  { project, service, check, dryRun }: GenerateCiRequest,
  world: Pick<World, 'files' | 'host' | 'processes'>,
): Promise<Result<GeneratedCi, readonly Failure[]>> {
  const root = locateRoot(world, project);
  if (!root.ok) return fail([root.failure]);
  const prefix = await gitText(['rev-parse', '--show-prefix'], root.value, world);
  if (!prefix.ok) return fail([prefix.failure]);
  const top = await gitText(['rev-parse', '--show-toplevel'], root.value, world);
  if (!top.ok) return fail([top.failure]);
  if (!world.files.exists(join(root.value, 'dev'))) {
    const what = 'the project has no launcher ./dev, which the file would call';
    return fail([{ reason: 'definition', what, cure: 'dev init' }]);
  }
  const { path, text } = ciFile(service, prefix.value.replace(/\/$/, ''));
  const files = world.files.confined(top.value);
  const target = join(top.value, path);
  const before = files.read(target);
  if (!before.ok) return fail([before.failure]);
  const current = before.value === text;
  if (check && !current) return fail([outdated(service, path, before.value !== undefined)]);
  if (check || dryRun || current) return ok({ path, text, current });
  if (before.value !== undefined && !isOurCiFile(before.value)) {
    return fail([
      {
        reason: 'usage',
        what: `${path} is there already, and was not made by dev`,
        why: 'it would be written over',
        cure: `Call ./dev --yes ci in it, or move it away: dev ci generate ${service} --dry-run shows the new one`,
      },
    ]);
  }
  const folder = files.makeDirectory(dirname(target));
  if (!folder.ok) return fail([folder.failure]);
  const written = files.writeAtomic(target, text, { mode: 0o644 });
  return written.ok ? ok({ path, text, current }) : fail([written.failure]);
}
