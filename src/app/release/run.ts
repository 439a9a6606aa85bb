import type { Account } from '../../util/accounts.ts';
import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import type { Gates } from '../../model/gates.ts';
import type { Module } from '../../model/module.ts';
import type { Settings } from '../../model/settings.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { World } from '../../ports/world.ts';
import type { KeyedStage } from '../../release/stage-keys.ts';
import type { ModuleKeys } from '../../release/keys.ts';
import type { TriedImage } from '../../release/pipeline-plan.ts';
import { sharedFiles, type Sources } from '../../release/sources.ts';
import type { StageSetting } from '../../release/stage.ts';
import type { Result } from '../../util/result.ts';
import type { LintLog } from './lint-problems.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { NeedsSetting, ServicesThere } from './trials.ts';
import { CA_ENVIRONMENT } from '../../generate/module-layer.ts';
import { cacheEnvironment } from '../../generate/cache-environment.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { trustMounts, type Trust } from '../../generate/trust.ts';
import { NETWORK_VARIABLES } from '../../engine/install-command.ts';

export type RunWorld = Pick<
  World,
  'files' | 'processes' | 'clock' | 'host' | 'engine' | 'engineChoice'
>;

type Done<T> = Promise<Result<T, Failure>>;
type WithServices<T> = (there: ServicesThere) => Done<T>;
export type NeedingCheck = Pick<NeedsSetting, 'services' | 'module' | 'step'>;

/** One run of the pipeline: everything that its steps share. */
export interface PipelineRun {
  /** `3f2a1bc-5k2j`: unique on this machine. */
  readonly id: string;
  readonly project: string;
  /** The project's folder. */
  readonly root: string;
  /** Where its releases go; undefined: they stay in this machine's engine. */
  readonly registry: string | undefined;
  /** Paths of the public keys of those who may sign its releases. */
  readonly signedBy: readonly string[];
  readonly modules: readonly Module[];
  readonly keys: ReadonlyMap<string, ModuleKeys>;
  readonly gates: Gates;
  /** Keys of having passed them, by module. */
  readonly gateKeys: ReadonlyMap<string, string>;
  /** The commit that changed lines are counted from; undefined where nobody counts them. */
  readonly base: string | undefined;
  readonly settings: Pick<Settings, 'certificates'>;
  /** What lints said there, by module; those that had none are not named. */
  readonly lintsBefore?: ReadonlyMap<string, LintLog>;
  /** What gates look into beside the commit, by path from the project's folder. */
  readonly databases: ReadonlyMap<string, string>;
  /** What the team adds to the pipeline, each after those that it comes after. */
  readonly stages: readonly KeyedStage[];
  readonly profilesKey: string;
  /** Undefined: nothing is tried. */
  readonly smokeKey: string | undefined;
  /** Tries images, which may go by other names yet. */
  readonly smoke: (images: readonly TriedImage[]) => Promise<Result<string, Failure>>;
  /** Lines that modules add to the Dockerfiles of their images, by module. */
  readonly fragments: ReadonlyMap<string, string>;
  /** Folders of images that volumes are mounted at, by module. */
  readonly mountPoints: ReadonlyMap<string, readonly string[]>;
  /** Runs a check among the services that it needs; undefined where nothing is brought up. */
  readonly withServices: (<T>(check: NeedingCheck, work: WithServices<T>) => Done<T>) | undefined;
  readonly hierarchy: Hierarchy;
  readonly sources: Sources;
  readonly version: string;
  /** Absolute: `src` with the clean export, `production` for what production installs, `logs`. */
  readonly folder: string;
  /** Folder of the certificates that containers trust; one for all runs of the project. */
  readonly certificates: string;
  /** Whom its containers trust. */
  readonly trust: Trust;
  readonly store: ArtifactStore;
  /** Remembers what it does. */
  readonly recorder: RunRecorder;
  /** Whose its workspaces are inside of containers. */
  readonly person: Account;
  readonly world: RunWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Containers that have ended and that the engine is taking away: one resolves when its is gone. */
  readonly leaving: Set<Promise<void>>;
}

/** Where the clean export of a run lies. */
export function exportFolder({ folder }: Pick<PipelineRun, 'folder'>): string {
  return join(folder, 'src');
}

/** Where a module is installed for production: apart from the export, which has what development needs. */
export function productionFolder(
  { folder }: Pick<PipelineRun, 'folder'>,
  module: Pick<Module, 'name'>,
): string {
  return join(folder, 'production', module.name);
}

export function logPath({ folder }: Pick<PipelineRun, 'folder'>, step: string): string {
  return join(folder, 'logs', `${step.replace(':', '-')}.log`);
}

/** What the stages of a module have in common, for one of the run's two workspaces. */
export function stageSetting(
  run: PipelineRun,
  module: Pick<Module, 'image'>,
  workspace: string,
): StageSetting {
  const { host } = run.world;
  return {
    run: run.id,
    project: run.project,
    workspace,
    modules: run.modules,
    shared: sharedFiles(run.sources).map(({ path }) => path),
    person: run.person,
    cacheScope: cacheScope(run.root, run.world.files),
    trust: trustMounts(module.image, run.trust),
    // Tools that write times write this one: the same commit gives the same bytes.
    environment: {
      ...CA_ENVIRONMENT,
      ...cacheEnvironment(module.image, run.hierarchy),
      SOURCE_DATE_EPOCH: String(run.sources.committedAtSeconds),
    },
    passed: NETWORK_VARIABLES.filter((name) => host.environment[name]),
  };
}

/** The module that a step is about. The plan names none that there is not. */
export function moduleNamed({ modules }: PipelineRun, name: string): Module {
  const module = modules.find((one) => one.name === name);
  if (module === undefined) throw new Error(`no module ${name} in this run`);
  return module;
}

/** Fingerprinted reference of a module's base image. */
export function baseOf({ hierarchy }: PipelineRun, { image }: Pick<Module, 'image'>): string {
  return hierarchy.get(image)?.reference ?? image;
}

/** A stage of the team's own. The plan names none that there is not. */
export function stageNamed({ stages }: Pick<PipelineRun, 'stages'>, name: string): KeyedStage {
  const found = stages.find(({ definition }) => definition.name === name);
  if (found === undefined) throw new Error(`no stage ${name} in this run`);
  return found;
}
