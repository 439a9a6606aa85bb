import { filesHold, type FileEvidence } from '../../evidence/file-evidence.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { claimInstance, instanceIn } from '../../generate/instance.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Definition } from '../project/definition.ts';
import { openSettings } from '../project/open-project.ts';
import type { Observed } from './observe.ts';

/**
 * A definition that was read and merged a moment ago, for the same edit. Where every file still answers
 * as it did then, nothing is read again.
 */
export interface KnownDefinition {
  readonly definition: Definition;
  readonly evidence: FileEvidence;
  /** The variables that it was read with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the engine had then: whoever carries out a plan looks whether that is still so. */
  readonly observed?: Observed;
}

/** Whether reading it again would come to the same. */
export function stillHolds(
  { definition, evidence, environment }: KnownDefinition,
  services: readonly string[],
  { files, host, clock }: Pick<World, 'files' | 'host' | 'clock'>,
): boolean {
  const textOf = (value: unknown): string => JSON.stringify(value);
  return (
    textOf(definition.opened.named) === textOf(services) &&
    textOf(environment) === textOf(host.environment) &&
    filesHold(evidence, files, clock.now())
  );
}

/**
 * What opening a project does besides reading: the name is claimed, the settings are completed.
 * @returns false where the project goes by another name from now on: then it has to be read anew.
 */
export async function settleKnown(
  { opened }: Definition,
  world: Pick<World, 'files' | 'host' | 'locks' | 'clock'>,
  report: Report,
): Promise<Result<boolean, readonly Failure[]>> {
  const { project, context, instance, places } = opened;
  const claimed = await claimInstance(project.root, project.name, { ...world, report });
  if (!claimed.ok) return fail([claimed.failure]);
  const now = instanceIn(context, claimed.value, world);
  if (now.name !== instance || now.places.id !== places.id) return ok(false);
  const settings = openSettings(project, world, report, true);
  return settings.ok ? ok(true) : settings;
}
