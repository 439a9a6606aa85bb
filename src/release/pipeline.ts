import type { CheckKind } from '../model/checks.ts';
import type { Install, Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import type { StoredArtifact } from '../ports/artifact-store.ts';
import { moduleImageReference, PROFILES_KEY, type ModuleKeys } from './keys.ts';
import { keptStages, missingStages, stageSteps, type StagesRequest } from './pipeline-stages.ts';
import { inOrder } from './pipeline-order.ts';

/** What a step of the pipeline does. The executor carries it out and decides nothing. */
export type PipelineAction =
  /** Puts what an earlier run compiled, or installed, where who uses it looks for it. */
  | { readonly kind: 'restore'; readonly module: string; readonly part: 'artifact' | 'installed' }
  | { readonly kind: 'install'; readonly module: string }
  | { readonly kind: 'compile'; readonly module: string }
  | { readonly kind: 'check'; readonly module: string; readonly check: CheckKind }
  | { readonly kind: 'pack'; readonly module: string }
  | { readonly kind: 'dependencies'; readonly module: string }
  | { readonly kind: 'profiles' }
  | { readonly kind: 'bake'; readonly module: string; readonly reference: string }
  /** Runs a command that the team adds, by its name. */
  | { readonly kind: 'stage'; readonly stage: string }
  /** Looks at what a module's test has written, and at its image. */
  | { readonly kind: 'gate'; readonly module: string }
  /** Tries all images of the run together; then those that have no name yet get it. */
  | { readonly kind: 'smoke'; readonly images: readonly TriedImage[] };

/** An image of a run, and what it is called while nobody has tried it. */
export interface TriedImage {
  readonly module: string;
  readonly reference: string;
  /** What it is called now: its reference, or its candidate. */
  readonly current: string;
}

export interface PipelineStep {
  /** `compile:api`, `test:api`: unique in its run. */
  readonly id: string;
  readonly action: PipelineAction;
  readonly cause: string;
  /** Ids of steps that must have been done well. */
  readonly needs: readonly string[];
}

/** Something that this run need not do. */
export interface Kept {
  readonly id: string;
  /** When it was made, epoch milliseconds, and of which commit; undefined for an image. */
  readonly from: Pick<StoredArtifact, 'madeAtMs' | 'commit' | 'tookMs'> | undefined;
}

/** A run of the pipeline, as data: what is done, in an order in which it could be done one by one. */
export interface PipelinePlan {
  readonly steps: readonly PipelineStep[];
  readonly kept: readonly Kept[];
  /** Ids of all of them as people read them: module by module, each one's as the pipeline goes. */
  readonly order: readonly string[];
}

export interface PipelineRequest extends StagesRequest {
  readonly project: string;
  readonly modules: readonly Module[];
  readonly keys: ReadonlyMap<string, ModuleKeys>;
  readonly profilesKey: string;
  /** References of the images that the engine has. */
  readonly images: ReadonlySet<string>;
  /** Keys of having passed the gates, by module; those without gates are not named. */
  readonly gateKeys?: ReadonlyMap<string, string>;
  /** Undefined: images are not tried, and have their names at once. */
  readonly smokeKey: string | undefined;
}

/** One module's part in the run: what of it is missing. */
interface Need {
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

function needOf(module: Module, request: PipelineRequest): Need {
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

/** Id of the step that tries the images. */
export const SMOKE_STEP = 'smoke';

const CANDIDATE = '-candidate';

/** What an image is called until it was tried. */
export function candidateOf(reference: string): string {
  return `${reference}${CANDIDATE}`;
}

export function isCandidate(reference: string): boolean {
  return reference.endsWith(CANDIDATE);
}

const first = 'not made yet';

/** The module whose install stands for those of all modules of its workspace. */
function installOwner({ install, ...module }: Module, all: readonly Module[]): Module | undefined {
  if (install === undefined) return undefined;
  const isAlike = (other: Install): boolean =>
    other.workspace === install.workspace && other.run === install.run;
  return all.find((one) =>
    install.workspace === undefined
      ? one.name === module.name
      : one.install !== undefined && isAlike(one.install),
  );
}

/** Steps that compile one module and look at it, with what they need of others. */
function buildSteps(
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
          cause: first,
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
function bakeStep(
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
    cause: first,
    needs: parts.map(({ id }) => id),
  };
}

/**
 * What a run has to do, from what is stored and which images there are. Pure. Nothing that was done
 * is done again: resuming a run and using another one's results are the same.
 */
export function planPipeline(request: PipelineRequest): PipelinePlan {
  const order = withUses(request.modules, request.modules);
  const needs = order.map((module) => needOf(module, request));
  const building = needs.filter(
    ({ packs, checks, stages }) => packs || checks.length + stages.length > 0,
  );
  const builds = new Set(building.map(({ module }) => module.name));
  const around = new Set(building.flatMap(({ module }) => withUses([module], request.modules)));
  const installed = new Set(
    [...around].flatMap((module) => installOwner(module, request.modules) ?? []),
  );
  const prepares = order
    .filter((module) => around.has(module) || installed.has(module))
    .flatMap((module) => [
      ...(installed.has(module) ? [installStep(module, request)] : []),
      ...(builds.has(module.name) || !around.has(module) ? [] : [restoreStep(module)]),
    ]);
  const alone: readonly PipelineStep[] = [
    ...prepares,
    ...building.flatMap((need) => buildSteps(need, builds, request)),
    ...needs.flatMap(({ module, dependencies }) =>
      dependencies ? [dependenciesStep(module)] : [],
    ),
    ...(request.stored.has(request.profilesKey)
      ? []
      : [{ id: PROFILES_KEY, action: { kind: 'profiles' as const }, cause: first, needs: [] }]),
  ];
  const made = [...alone, ...stageSteps(alone, request)];
  const bakes = needs
    .filter(({ bakes: reference }) => reference !== undefined)
    .map((need) => bakeStep(need, made, request));
  const gates = gateSteps([...made, ...bakes], request);
  const smoke = smokeSteps([...made, ...bakes, ...gates], needs, request);
  const steps = [...made, ...bakes, ...gates, ...smoke];
  const kept = [
    ...needs.flatMap((need) => keptOf(need, request)),
    ...keptStages(request),
    ...keptGates(gates, request),
    ...(smoke.length === 0 ? keptSmoke(request) : []),
  ];
  const ids = [...steps, ...kept].map(({ id }) => id);
  return { steps, kept, order: inOrder(ids, order, request.stages ?? []) };
}

/** A module's gates wait for its checks and its image. */
function gateSteps(
  before: readonly PipelineStep[],
  { gateKeys, stored, checks, modules }: PipelineRequest,
): readonly PipelineStep[] {
  return [...(checks ? (gateKeys ?? []) : [])].flatMap(([module, key]) => {
    const all = withUses(
      modules.filter(({ name }) => name === module),
      modules,
    );
    const dependencies = new Set(all.map(({ name }) => `dependencies:${name}`));
    const remade = before.flatMap(({ id, action }) => {
      const isOwn = (action.kind === 'check' || action.kind === 'bake') && action.module === module;
      return isOwn || dependencies.has(id) ? [id] : [];
    });
    if (stored.has(key) && remade.length === 0) return [];
    const action = { kind: 'gate' as const, module };
    return [{ id: `gate:${module}`, action, cause: 'not passed yet', needs: remade }];
  });
}

function keptGates(
  again: readonly PipelineStep[],
  { gateKeys, stored, checks }: PipelineRequest,
): readonly Kept[] {
  const ids = new Set(again.map(({ id }) => id));
  return [...(checks ? (gateKeys ?? []) : [])].flatMap(([module, key]) => {
    const from = stored.get(key);
    const id = `gate:${module}`;
    return from === undefined || ids.has(id) ? [] : [{ id, from }];
  });
}

/** All images are tried together, when everything else of the run is good. */
function smokeSteps(
  before: readonly PipelineStep[],
  needs: readonly Need[],
  { smokeKey, stored, images }: PipelineRequest,
): readonly PipelineStep[] {
  const tried = needs.flatMap(({ module, reference }): readonly TriedImage[] => {
    if (reference === undefined) return [];
    const current = images.has(reference) ? reference : candidateOf(reference);
    return [{ module: module.name, reference, current }];
  });
  if (smokeKey === undefined || tried.length === 0) return [];
  const isNamed = tried.every(({ reference, current }) => reference === current);
  if (stored.has(smokeKey) && isNamed) return [];
  const wanted = before.filter(({ action: { kind } }) =>
    ['bake', 'check', 'stage', 'gate'].includes(kind),
  );
  return [
    {
      id: SMOKE_STEP,
      action: { kind: 'smoke', images: tried },
      cause: isNamed ? 'not tried yet with this definition' : 'not tried yet',
      needs: wanted.map(({ id }) => id),
    },
  ];
}

function keptSmoke({ smokeKey, stored }: PipelineRequest): readonly Kept[] {
  const from = smokeKey === undefined ? undefined : stored.get(smokeKey);
  return from === undefined ? [] : [{ id: SMOKE_STEP, from }];
}

/** What an earlier run has installed by the same lockfiles is unpacked: that is what the step does then. */
function installStep({ name }: Module, { keys, stored }: PipelineRequest): PipelineStep {
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

function restoreStep({ name }: Module): PipelineStep {
  const action = { kind: 'restore', module: name, part: 'artifact' } as const;
  return { id: `restore:${name}`, action, cause: 'what is built uses it', needs: [] };
}

function dependenciesStep({ name }: Module): PipelineStep {
  const action = { kind: 'dependencies', module: name } as const;
  const cause = 'not installed for production yet';
  return { id: `dependencies:${name}`, action, cause, needs: [] };
}

/** What of a module is there already. */
function keptOf(need: Need, { stored, checks }: PipelineRequest): readonly Kept[] {
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

/** The plan as people read it. */
export function pipelineText({ steps, kept, order }: PipelinePlan): string {
  const told = new Map([
    ...steps.map(({ id, cause }) => [id, cause] as const),
    ...kept.map(({ id, from }) => {
      const when = from === undefined ? '' : new Date(from.madeAtMs).toISOString();
      const told =
        from === undefined ? 'there already' : `kept from ${from.commit.slice(0, 7)}, ${when}`;
      return [id, told] as const;
    }),
  ]);
  const lines = order.map((id) => `${id.replace(':', ' ')}: ${told.get(id) ?? ''}`);
  return `${lines.join('\n')}\n`;
}
