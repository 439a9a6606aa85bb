import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { loadDefinition } from './project/definition.ts';
import { locateRoot } from './project/locate.ts';
import { openProject } from './project/open-project.ts';
import { connectSession, type SessionPlace } from './session/client.ts';
import { projectReaches } from './trust/reaches.ts';
import { approvalsOf, approve, isApproved, revoke } from './trust/store.ts';
import { compared, type Comparison } from './trust/text.ts';

export interface TrustCommand {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  readonly dryRun: boolean;
}

export interface Trusted extends Comparison {
  /** Absolute. */
  readonly root: string;
  /** Agreed to before: nothing had to be written. */
  readonly already: boolean;
}

type TrustWorld = Pick<
  World,
  'files' | 'host' | 'clock' | 'locks' | 'processes' | 'live' | 'engine' | 'engineChoice'
>;

/** Agrees to what the project's definition reaches now. The command is the person's yes. */
export async function trust(
  { project, context, dryRun }: TrustCommand,
  world: TrustWorld,
  report: Report,
): Promise<Result<Trusted, readonly Failure[]>> {
  const opening = await openProject({ project, context, write: false }, world, report);
  if (!opening.ok) return opening;
  const { opened, hierarchy } = opening.value;
  const definition = loadDefinition(opened, hierarchy, world);
  if (!definition.ok) return definition;
  const reaches = projectReaches(definition.value, world);
  const { root } = opened.project;
  const approvals = approvalsOf(root, world);
  if (!approvals.ok) return fail([approvals.failure]);
  const already = isApproved(reaches, approvals.value);
  const outcome = { root, already, ...compared(reaches, approvals.value) };
  if (already || dryRun) return ok(outcome);
  const approved = approve(root, reaches, world);
  if (!approved.ok) return fail([approved.failure]);
  await tellSession(opened.places, world);
  return ok(outcome);
}

/** An edit that a running session holds back for want of this yes is applied now. */
async function tellSession(place: SessionPlace, world: TrustWorld): Promise<void> {
  const session = await connectSession(place, world);
  await session?.intend({ kind: 'reload' });
  session?.close();
}

/**
 * Takes back what was agreed to for the project's folder. What runs goes on until `dev down`.
 * @returns the folder, and whether anything had been agreed to.
 */
export function distrust(
  { project, dryRun }: Omit<TrustCommand, 'context'>,
  world: TrustWorld,
): Result<{ readonly root: string; readonly had: boolean }, Failure> {
  const root = locateRoot(world, project);
  if (!root.ok) return root;
  const approvals = approvalsOf(root.value, world);
  if (!approvals.ok) return approvals;
  const had = approvals.value.length > 0;
  const removed = had && !dryRun ? revoke(root.value, world) : ok(undefined);
  return removed.ok ? ok({ root: root.value, had }) : removed;
}
