import type { CheckKind } from '../model/checks.ts';
import type { Install, Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import { candidateOf } from './candidates.ts';
import { moduleImageReference, type ModuleKeys } from './keys.ts';
import type { Kept, PipelineStep } from './pipeline-plan.ts';
import type { PipelineRequest } from './pipeline-request.ts';
import { missingStages } from './pipeline-stages.ts';

/** One module's part in the run: what of it is missing. */
export interface Need {
  readonly module: Module;
  readonly keys: ModuleKeys;
  readonly packs: boolean;
  readonly checks: readonly CheckKind[];
  /** Names of the team's own stages that run in its folder. */
  readonly stages: readonly string[];
  readonly dependencies: boolean;
  /** Of its image; undefined for a library. */
  readonly reference: string | undefined;
  readonly bakes: string | undefined;
}

export function needOf(module: Module, request: PipelineRequest): Need {
  const keys = request.keys.get(module.name);
  if (keys === undefined) throw new Error(`no keys of ${module.name}`);
  const missing = (key: string | undefined): boolean =>
    key !== undefined && !request.stored.has(key);
  const reference =
    keys.image === undefined
      ? undefined
      : moduleImageReference(request.project, module.name, keys.image);
  return {
    module,
    keys,
    packs: missing(keys.artifact),
    checks: request.checks
      ? [...keys.checks].flatMap(([kind, key]) => (missing(key) ? [kind] : []))
      : [],
    stages: missingStages(request).flatMap(({ definition: { name, module: at } }) =>
      at === module.name ? [name] : [],
    ),
    dependencies: missing(keys.dependencies),
    reference,
    bakes: bakesOf(reference, request),
  };
}

/** What the image of a module is baked as; undefined where it is there. */
function bakesOf(
  reference: string | undefined,
  { images, smokeKey }: PipelineRequest,
): string | undefined {
  if (reference === undefined || images.has(reference)) return undefined;
  if (smokeKey === undefined) return reference;
  const candidate = candidateOf(reference);
  return images.has(candidate) ? undefined : candidate;
}

/** The cause of what is made for the first time. */
export const NOT_MADE = 'not made yet';

/** The module whose install stands for those of all modules of its workspace, or of its folder. */
export function installOwner(
  { install, path }: Module,
  all: readonly Module[],
): Module | undefined {
  if (install === undefined) return undefined;
  const isAlike = (one: Module & { readonly install: Install }): boolean =>
    one.install.workspace === install.workspace &&
    one.install.run === install.run &&
    (install.workspace !== undefined || one.path === path);
  return all.find((one) => hasInstall(one) && isAlike(one));
}

const hasInstall = (module: Module): module is Module & { readonly install: Install } =>
  module.install !== undefined;

/** Modules whose dependencies are not there yet; those of one folder have the same. */
export function lackingDependencies(needs: readonly Need[]): readonly Module[] {
  const byKey = new Map<string, Module>();
  for (const { module, keys, dependencies } of needs) {
    const { dependencies: key } = keys;
    if (dependencies && key !== undefined && !byKey.has(key)) byKey.set(key, module);
  }
  return [...byKey.values()];
}

/** Steps that compile one module and look at it, with what they need of others. */
export function buildSteps(
  { module, packs, checks, stages }: Need,
  builds: ReadonlySet<string>,
  request: PipelineRequest,
): readonly PipelineStep[] {
  const { name } = module;
  const closure = withUses([module], request.modules);
  const installs = closure.flatMap((one) => {
    const owner = installOwner(one, request.modules);
    return owner === undefined ? [] : [`install:${owner.name}`];
  });
  const used = closure
    .filter((one) => one !== module)
    .map((one) => `${builds.has(one.name) ? 'compile' : 'restore'}:${one.name}`);
  const pack: readonly PipelineStep[] = packs
    ? [
        {
          id: `pack:${name}`,
          action: { kind: 'pack', module: name },
          cause: NOT_MADE,
          needs: [`compile:${name}`],
        },
      ]
    : [];
  return [
    {
      id: `compile:${name}`,
      action: { kind: 'compile', module: name },
      cause: packs ? 'its sources are new' : `${[...checks, ...stages].join(' and ')} wants it`,
      needs: [...new Set([...installs, ...used])],
    },
    ...pack,
    ...checks.map((check) => ({
      id: `${check}:${name}`,
      action: { kind: 'check' as const, module: name, check },
      cause: 'not passed yet with these sources',
      // Packed before anything else runs there: what tests leave behind is in no artifact.
      needs: [`compile:${name}`, ...pack.map(({ id }) => id)],
    })),
  ];
}

/** The image of a module waits for everything that is in it, and for everybody's checks. */
export function bakeStep(
  need: Need,
  all: readonly PipelineStep[],
  request: PipelineRequest,
): PipelineStep {
  const { name } = need.module;
  const names = withUses([need.module], request.modules).map((one) => one.name);
  const stages = missingStages(request).flatMap(({ definition: { name: stage, module } }) =>
    // Where images are not tried, nothing else holds back one of a commit that is not good.
    request.smokeKey === undefined || names.includes(module ?? '') ? [stage] : [],
  );
  const parts = all.filter(
    ({ action }) =>
      action.kind === 'profiles' ||
      (action.kind === 'stage' && stages.includes(action.stage)) ||
      (['pack', 'dependencies', 'check'].includes(action.kind) &&
        'module' in action &&
        names.includes(action.module)),
  );
  return {
    id: `bake:${name}`,
    action: { kind: 'bake', module: name, reference: need.bakes ?? '' },
    cause: NOT_MADE,
    needs: parts.map(({ id }) => id),
  };
}

/** What an earlier run has installed by the same lockfiles is unpacked: that is what the step does then. */
export function installStep({ name }: Module, { keys, stored }: PipelineRequest): PipelineStep {
  const key = keys.get(name)?.installed;
  const from = key === undefined ? undefined : stored.get(key);
  const id = `install:${name}`;
  if (from === undefined) {
    const action = { kind: 'install', module: name } as const;
    return { id, action, cause: 'what is built needs it', needs: [] };
  }
  const action = { kind: 'restore', module: name, part: 'installed' } as const;
  const cause = `what is built needs it: unpacked from ${from.commit.slice(0, 7)}`;
  return { id, action, cause, needs: [] };
}

export function restoreStep({ name }: Module): PipelineStep {
  const action = { kind: 'restore', module: name, part: 'artifact' } as const;
  return { id: `restore:${name}`, action, cause: 'what is built uses it', needs: [] };
}

export function dependenciesStep({ name }: Module): PipelineStep {
  const action = { kind: 'dependencies', module: name } as const;
  const cause = 'not installed for production yet';
  return { id: `dependencies:${name}`, action, cause, needs: [] };
}

/** What of a module is there already. */
export function keptOf(need: Need, { stored, checks }: PipelineRequest): readonly Kept[] {
  const { module, keys, bakes } = need;
  const entry = (kind: string, key: string | undefined): readonly Kept[] => {
    const from = key === undefined ? undefined : stored.get(key);
    return from === undefined ? [] : [{ id: `${kind}:${module.name}`, from }];
  };
  return [
    ...entry('pack', keys.artifact),
    ...(checks ? [...keys.checks].flatMap(([kind, key]) => entry(kind, key)) : []),
    ...entry('dependencies', keys.dependencies),
    ...(keys.image !== undefined && bakes === undefined
      ? [{ id: `bake:${module.name}`, from: undefined }]
      : []),
  ];
}
