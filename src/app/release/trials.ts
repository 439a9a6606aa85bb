import type { Failure } from '../../events/failure.ts';
import type { Progress, Report } from '../../events/progress.ts';
import type { SmokeDefinition } from '../../model/pipeline.ts';
import type { Project } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import type { TriedImage } from '../../release/pipeline-plan.ts';
import type { Sources } from '../../release/sources.ts';
import type { Result } from '../../util/result.ts';

/** What is tried, and where it is laid out. */
export interface TrialSetting {
  /** Of the run. */
  readonly id: string;
  /** The project's folder. */
  readonly root: string;
  /** Of the run. */
  readonly folder: string;
  readonly sources: Sources;
  readonly project: Pick<Project, 'probes' | 'modules'>;
  readonly definition: SmokeDefinition;
  readonly yes: boolean;
}

/** A check that needs services, and where its commit is laid out. */
export interface NeedsSetting extends Pick<
  TrialSetting,
  'id' | 'root' | 'folder' | 'sources' | 'yes'
> {
  readonly services: readonly string[];
  /** Whose check it is: its service's variables and secrets are the check's. */
  readonly module: string;
  /** `test:api`. */
  readonly step: string;
  /** An image for each module that runs, which none does here. */
  readonly images: ReadonlyMap<string, string>;
}

/** What a check finds that needs services. */
export interface ServicesThere {
  /** On which they answer by their names, and nothing else does. */
  readonly network: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Files of the host with secrets, absolute, and where they belong. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
}

/**
 * How a run's images are tried: by bringing them up. It is given to a run, as bringing something up may
 * run the pipeline itself: for that one nothing is tried, what it makes runs in a moment anyway.
 */
export interface Trials {
  /** @returns what was seen, as text. */
  tryImages(
    images: readonly TriedImage[],
    setting: TrialSetting,
    world: World,
    progress: Progress,
  ): Promise<Result<string, Failure>>;
  /** Does something while services are up that a check needs; nothing of them stays but their logs. */
  withServices<T>(
    setting: NeedsSetting,
    work: (there: ServicesThere) => Promise<Result<T, Failure>>,
    world: World,
    progress: Progress,
  ): Promise<Result<T, Failure>>;
  /** Takes away what is left of a trial: `project` is the folder that the commit is laid out in. */
  end(project: string, world: World, report: Report): Promise<readonly Failure[]>;
}

/** What the instance of a run's trial is called, before its context. */
export function trialName(id: string): string {
  return `smoke-${id}`;
}
